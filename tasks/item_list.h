// The items of a task, held as bytes and made again one at a time when they are asked for: a parsed
// document takes several times its own size, and a run needs a few dozen of them at once. What an
// item is asked with beside its document (shots, the task's preamble) is kept here, too.
//
// Thread-safety: adding and keeping from one thread; reading from any number. Copies share the
// documents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "assay/item.h"
#include "tasks/spool.h"

namespace assay {

struct LoadedItem {
  Item item;
  std::vector<std::size_t> shots;  // indices into LoadedTask::shot_pool, in prompt order
};

class ItemList {
 public:
  // Items are values that are made when looked at.
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = LoadedItem;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = LoadedItem;
    Iterator(const ItemList* list, std::size_t at) : list_(list), at_(at) {}
    LoadedItem operator*() const { return (*list_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    void operator++(int) { ++at_; }
    bool operator==(const Iterator& other) const { return at_ == other.at_; }

   private:
    const ItemList* list_;
    std::size_t at_;
  };

  // Null: a spool of its own.
  explicit ItemList(std::shared_ptr<Spool> spool = nullptr);

  // The item without its preamble.
  void add(const Item& item);
  // One text for all items, so that it is kept once.
  void set_preamble(std::string preamble) { preamble_ = std::move(preamble); }
  // Of the item that is next without shots. REQUIRES: as many for every item
  void add_shots(const std::vector<std::size_t>& shots);
  // Only the items at these positions, which ascend.
  void keep(const std::vector<std::size_t>& positions);

  std::size_t size() const { return places_.size(); }
  bool empty() const { return places_.empty(); }
  // May throw as Spool::read().
  LoadedItem operator[](std::size_t i) const;
  LoadedItem front() const { return (*this)[0]; }
  LoadedItem back() const { return (*this)[size() - 1]; }
  // Id, group and index alone, which is quicker.
  Item head(std::size_t i) const;

  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  struct Place {
    std::uint64_t at;
    std::uint32_t head;  // bytes of id, group and index
    std::uint32_t doc;   // bytes of the document after them
  };

  std::shared_ptr<Spool> spool_;
  std::deque<Place> places_;  // grows without moving what is there
  std::size_t shots_each_ = 0;
  std::deque<std::uint32_t> shots_;
  std::string preamble_;
};

}  // namespace assay
