// The difference of two proportions measured on the same items: Tango's score interval. Unlike
// difference ± z·se it has width when every item agrees, and keeps its level when few items are
// discordant. Tango 1998, Statistics in Medicine 17:891.
//
// Pure and thread-safe. The tests solve the defining equation by another route and enumerate the
// coverage over all outcomes.
#pragma once

#include <cstddef>

#include "assay/measurement.h"
#include "scorers/mcnemar.h"

namespace assay {

// Tango's score statistic for the hypothesis "other − base = difference" (as a share, −1..1):
//   T = (gained − lost − n·δ) / sqrt(n·(2·q + δ·(1 − δ))),
// with q the probability of "lost" that maximises the likelihood under δ:
//   q = (sqrt(B² − 4AC) − B) / 2A, A = 2n, B = −gained − lost + (2n − gained + lost)·δ,
//   C = −lost·δ·(1 − δ).
// At δ = 0 it is McNemar's (gained − lost)/sqrt(gained + lost). Falls in δ; standard normal for
// large n. REQUIRES: lost + gained <= n, n >= 1, −1 < δ < 1
double tango_statistic(const Discordant& discordant, std::size_t n, double difference);

// All differences δ with |T(δ)| <= z, by bisection to the last bit but a few.
// `level` is the two-sided confidence, 0.95 by default. REQUIRES: 0 < level < 1
Interval tango_interval(const Discordant& discordant, std::size_t n, double level = 0.95);

}  // namespace assay
