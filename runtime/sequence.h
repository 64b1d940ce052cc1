// A run that is compared with an earlier one while it goes on, and stops asking a family of tasks
// as soon as the comparison is decided. Here: the order of its units, what its manifest records of
// it, and the monitor that turns judged units into decisions. The statistics are in
// scorers/confidence_sequence.h, the order in tasks/sampling_order.h.
//
// The manifest's `sequence` holds everything the decision depends on besides the journal: rule,
// order, the base run's scores. So a decision is a pure function of manifest and journal: a run
// that was interrupted ends with the same one, and `assay verify` recomputes it without the base.
//
// Several families share alpha equally (Bonferroni): with probability 1 − alpha none of the
// decisions of a run is wrong, however often they were looked at.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "assay/expected.h"
#include "assay/json.h"
#include "runtime/evidence.h"
#include "runtime/plan.h"
#include "scorers/confidence_sequence.h"

namespace assay {

struct SequenceSettings {
  double alpha = 0.05;   // of the whole run
  double margin = 0.01;  // a share: 0.01 = one point
  std::uint64_t order_seed = 0;
};

// One task's figure that is compared, and what the base run measured of it.
struct BaseScores {
  std::string metric, filter;
  std::string why_not;                        // there is nothing to compare; "" = there is
  std::vector<std::optional<double>> values;  // by item of the plan; nullopt: not measured there
};

struct SequenceBase {
  std::string name;  // of the base's model
  std::string fingerprint;
  std::vector<BaseScores> tasks;  // by task of the plan
};

struct SequenceRequest {
  SequenceSettings settings;
  // Finds the base's scores once the plan stands, or says why the runs cannot be paired.
  std::function<expected<SequenceBase>(const Plan& plan, const Json& manifest)> base;
};

// Puts the plan's units into the order of asking and returns the manifest's `sequence`.
Json arrange_sequence(Plan& plan, const SequenceSettings& settings, const SequenceBase& base);

// What became of one family.
struct FamilyOutcome {
  std::string name;
  std::string why_not;  // not compared at all, hence measured in full; "" = compared
  SequenceVerdict verdict = SequenceVerdict::kUndecided;
  std::size_t items = 0;               // planned
  std::size_t asked = 0;               // answered; the others are "not run: decided"
  std::size_t population = 0;          // planned items that the base measured
  std::size_t paired = 0;              // of these, measured here as well
  std::size_t decided_after = 0;       // of these, asked when the decision fell; 0 = undecided
  double alpha = 0;                    // this family's share
  std::optional<double> difference{};  // this run − base, over the paired items
  std::size_t better = 0, worse = 0;   // paired items whose score rose, fell
  Interval interval{-1, 1};            // of the whole population's difference, at every look
  struct Look {
    std::size_t items;  // of the population, asked
    Interval interval;
  };
  std::vector<Look> trace{};  // after 16, 32, 64, … items, at the decision and at the end
};

struct SequenceOutcome {
  std::string against;  // the base's model
  double alpha = 0;
  double margin = 0;
  std::uint64_t order_seed = 0;
  std::vector<FamilyOutcome> families;
  bool stopped_early() const;  // some items were not run
};

// All compared families together, each item weighing the same. The interval adds up those of the
// families, which hold all at once; so it holds too, with 1 − alpha, and is wider than one made for
// it alone. nullopt when no family has a paired item.
struct OverallOutcome {
  double difference;
  Interval interval;
  std::size_t population;
};
std::optional<OverallOutcome> overall_outcome(const SequenceOutcome& outcome);

Json to_json(const SequenceOutcome& outcome);
expected<SequenceOutcome> sequence_outcome_from_json(const Json& json);

// "1 point", "2.5 points".
std::string margin_text(double margin);

// What was decided about a family, for people: "gsm8k: worse than base.gguf: −6.3 points (…)".
std::string decision_sentence(const FamilyOutcome& family, const SequenceOutcome& outcome);

// Follows a run's units. Thread-safety: wanted() from any thread; the rest from one at a time.
class SequenceMonitor {
 public:
  // REQUIRES: a manifest with a `sequence`. kBadData when it is damaged.
  static expected<std::unique_ptr<SequenceMonitor>> from_manifest(const Json& manifest);

  // Whether the unit's items are still needed. Once false it stays false.
  bool wanted(std::size_t unit) const;

  // Takes a unit's items in the unit's order. Units may come in any order; they count in theirs.
  // Returns a sentence when a decision fell, else "".
  std::string observe(std::size_t unit, const std::vector<const JudgedItem*>& judged,
                      double engine_seconds);

  SequenceOutcome outcome() const;
  // Engine seconds that the items not run would have taken at the rate of their family's others.
  double saved_seconds() const;

 private:
  struct FamilyState;
  struct UnitState;
  SequenceMonitor();
  void take(FamilyState& family, const UnitState& unit);
  FamilyOutcome outcome_of(const FamilyState& family) const;

  SequenceOutcome rule_;
  std::vector<std::unique_ptr<FamilyState>> families_;
  std::vector<std::unique_ptr<UnitState>> units_;

 public:
  ~SequenceMonitor();
};

}  // namespace assay
