// See item_list.h. A record is the item's head (sizes and index, then id and group), followed by
// its document in CBOR, which keeps what JSON text would lose: bytes that are no UTF-8, numbers of
// any size.
#include "tasks/item_list.h"

#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "assay/json.h"

namespace assay {
namespace {

struct HeadSizes {
  std::uint64_t index;
  std::uint32_t id, group;
};

Item head_of(std::string_view bytes) {
  HeadSizes sizes;
  std::memcpy(&sizes, bytes.data(), sizeof sizes);
  Item item;
  item.id = bytes.substr(sizeof sizes, sizes.id);
  item.group = bytes.substr(sizeof sizes + sizes.id, sizes.group);
  item.index = sizes.index;
  return item;
}

}  // namespace

ItemList::ItemList(std::shared_ptr<Spool> spool)
    : spool_(spool != nullptr ? std::move(spool) : std::make_shared<Spool>()) {}

void ItemList::add(const Item& item) {
  const HeadSizes sizes{item.index, static_cast<std::uint32_t>(item.id.size()),
                        static_cast<std::uint32_t>(item.group.size())};
  std::string record(reinterpret_cast<const char*>(&sizes), sizeof sizes);
  record += item.id;
  record += item.group;
  const std::size_t head = record.size();
  Json::to_cbor(item.doc, record);
  const std::size_t doc = record.size() - head;
  if (doc > UINT32_MAX) throw std::length_error("the document is larger than 4 GiB");
  places_.push_back(
      {spool_->add(record), static_cast<std::uint32_t>(head), static_cast<std::uint32_t>(doc)});
}

void ItemList::add_shots(const std::vector<std::size_t>& shots) {
  shots_each_ = shots.size();
  for (const std::size_t shot : shots) shots_.push_back(static_cast<std::uint32_t>(shot));
}

void ItemList::keep(const std::vector<std::size_t>& positions) {
  if (positions.size() == size()) return;
  std::deque<Place> places;
  std::deque<std::uint32_t> shots;
  for (const std::size_t i : positions) {
    places.push_back(places_[i]);
    for (std::size_t k = 0; k < shots_each_; ++k) shots.push_back(shots_[i * shots_each_ + k]);
  }
  places_ = std::move(places);
  shots_ = std::move(shots);
}

LoadedItem ItemList::operator[](std::size_t i) const {
  const Place& place = places_.at(i);
  const std::string bytes = spool_->read(place.at, std::size_t{place.head} + place.doc);
  LoadedItem loaded{head_of(bytes), {}};
  loaded.item.doc = Json::from_cbor(bytes.begin() + place.head, bytes.end());
  loaded.item.preamble = preamble_;
  loaded.shots.assign(shots_.begin() + static_cast<std::ptrdiff_t>(i * shots_each_),
                      shots_.begin() + static_cast<std::ptrdiff_t>((i + 1) * shots_each_));
  return loaded;
}

Item ItemList::head(std::size_t i) const {
  const Place& place = places_.at(i);
  return head_of(spool_->read(place.at, place.head));
}

}  // namespace assay
