#include "tests/broker/journal/memory_disk.h"

#include <algorithm>
#include <cstring>

#include "proto/errors.h"

namespace huying::journal {
namespace {

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

class MemoryFile final : public File {
 public:
  MemoryFile(MemoryDisk& disk, std::shared_ptr<MemoryDisk::Node> node)
      : disk_(disk), node_(std::move(node)), life_(disk.life_) {}

  Result<std::size_t> read(std::uint64_t offset, char* into, std::size_t bytes) override {
    if (life_ != disk_.life_) return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, node_->path + ": of a life before the crash");
    const std::string& cached = node_->cached;
    if (offset >= cached.size()) return std::size_t{0};
    const std::size_t got = std::min<std::uint64_t>(bytes, cached.size() - offset);
    std::memcpy(into, cached.data() + offset, got);
    return got;
  }

  Result<void> write(std::uint64_t offset, std::string_view bytes) override {
    if (life_ != disk_.life_) return MemoryDisk::write_failed(node_->path, "of a life before the crash");
    const auto outcome = disk_.effect({Effect::Kind::write, node_->path, offset, bytes.size()});
    if (outcome == MemoryDisk::Outcome::fails || outcome == MemoryDisk::Outcome::dark) {
      return MemoryDisk::write_failed(node_->path, "the write fails");
    }
    std::string& cached = node_->cached;
    if (cached.size() < offset + bytes.size()) {
      cached.resize(offset + bytes.size(), '\0');
      node_->grown = true;
    }
    bytes.copy(cached.data() + offset, bytes.size());
    for (std::uint64_t at = offset / sector_bytes; at * sector_bytes < offset + bytes.size(); ++at) node_->dirty.insert(at);
    if (outcome == MemoryDisk::Outcome::done_then_dark) return MemoryDisk::write_failed(node_->path, "power is lost");
    return {};
  }

  Result<void> sync() override {
    if (life_ != disk_.life_) return MemoryDisk::write_failed(node_->path, "of a life before the crash");
    const auto outcome = disk_.effect({Effect::Kind::sync, node_->path, 0, 0});
    if (outcome == MemoryDisk::Outcome::fails) node_->dirty.clear();  // and never reach the disk
    if (outcome != MemoryDisk::Outcome::done) return MemoryDisk::write_failed(node_->path, "the sync fails");
    for (const std::uint64_t sector : node_->dirty) {
      const std::size_t begin = sector * sector_bytes;
      const std::size_t end = std::min(begin + sector_bytes, node_->cached.size());
      if (node_->durable.size() < end) node_->durable.resize(end, '\0');
      std::memcpy(node_->durable.data() + begin, node_->cached.data() + begin, end - begin);
    }
    node_->durable.resize(node_->cached.size(), '\0');
    node_->dirty.clear();
    node_->grown = false;
    return {};
  }

  Result<std::uint64_t> size() override { return node_->cached.size(); }

 private:
  MemoryDisk& disk_;
  std::shared_ptr<MemoryDisk::Node> node_;
  std::uint64_t life_;
};

class MemoryLock final : public Lock {
 public:
  explicit MemoryLock(std::shared_ptr<bool> held) : held_(std::move(held)) {}

 private:
  std::shared_ptr<bool> held_;
};

tl::unexpected<Error> MemoryDisk::write_failed(const std::string& path, const char* what) {
  return fail(v1::ERROR_CODE_JOURNAL_WRITE_FAILED, path + ": " + what);
}

MemoryDisk::Outcome MemoryDisk::effect(Effect effect) {
  if (power_ends_at_ && effects_ > *power_ends_at_) return Outcome::dark;
  if (before_effect) before_effect(effect);
  const std::uint64_t number = effects_++;
  ++counts_[effect.kind];
  if (power_ends_at_ && number > *power_ends_at_) return Outcome::dark;
  if (power_ends_at_ && number == *power_ends_at_) return Outcome::done_then_dark;
  if (fails_at_ && number == *fails_at_) return Outcome::fails;
  return Outcome::done;
}

std::uint64_t MemoryDisk::count(Effect::Kind kind) const {
  const auto found = counts_.find(kind);
  return found == counts_.end() ? 0 : found->second;
}

void MemoryDisk::apply(Names& names, const NameChange& change) {
  if (!change.from.empty()) names.erase(change.from);
  if (!change.to.empty()) names[change.to] = change.node;
}

void MemoryDisk::change_name(const std::string& folder, NameChange change) {
  apply(visible_, change);
  if (change.node) change.node->path = change.to;
  unsynced_names_[folder].push_back(std::move(change));
}

Result<std::unique_ptr<File>> MemoryDisk::open(const std::string& path, Access access) {
  auto found = visible_.find(path);
  if (access != Access::create) {
    if (found == visible_.end()) return fail(v1::ERROR_CODE_JOURNAL_UNREADABLE, path + ": no such file");
    return std::make_unique<MemoryFile>(*this, found->second);
  }
  if (!folders_.contains(folder_of(path))) return write_failed(path, "no such folder");
  const auto outcome = effect({Effect::Kind::create, path, 0, 0});
  if (outcome == Outcome::fails || outcome == Outcome::dark) return write_failed(path, "the creation fails");
  auto node = std::make_shared<Node>();
  change_name(folder_of(path), {"", path, node});  // an old one of this name is replaced, not emptied
  if (outcome == Outcome::done_then_dark) return write_failed(path, "power is lost");
  return std::make_unique<MemoryFile>(*this, std::move(node));
}

Result<void> MemoryDisk::make_folder(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    folders_.insert(path.substr(0, slash));  // folders are durable at once: the journal makes them before all else
    if (slash == std::string::npos) return {};
  }
}

Result<std::vector<std::string>> MemoryDisk::list(const std::string& folder) {
  std::vector<std::string> names;
  for (const auto& [path, node] : visible_) {
    if (folder_of(path) == folder) names.push_back(path.substr(folder.size() + 1));
  }
  return names;
}

Result<void> MemoryDisk::rename(const std::string& from, const std::string& to) {
  const auto found = visible_.find(from);
  if (found == visible_.end()) return write_failed(from, "no such file");
  const auto node = found->second;
  const auto outcome = effect({Effect::Kind::rename, to, 0, 0});
  if (outcome == Outcome::fails || outcome == Outcome::dark) return write_failed(from, "the rename fails");
  change_name(folder_of(from), {from, to, node});
  if (outcome == Outcome::done_then_dark) return write_failed(from, "power is lost");
  return {};
}

Result<void> MemoryDisk::remove(const std::string& path) {
  if (!visible_.contains(path)) return write_failed(path, "no such file");
  const auto outcome = effect({Effect::Kind::remove, path, 0, 0});
  if (outcome == Outcome::fails || outcome == Outcome::dark) return write_failed(path, "the removal fails");
  change_name(folder_of(path), {path, "", nullptr});
  if (outcome == Outcome::done_then_dark) return write_failed(path, "power is lost");
  return {};
}

Result<void> MemoryDisk::sync_folder(const std::string& folder) {
  if (effect({Effect::Kind::sync_folder, folder, 0, 0}) != Outcome::done) return write_failed(folder, "the sync fails");
  for (const NameChange& change : unsynced_names_[folder]) apply(durable_, change);
  unsynced_names_.erase(folder);
  return {};
}

Result<std::unique_ptr<Lock>> MemoryDisk::lock(const std::string& path) {
  if (options_.locks_are_honoured && !locks_[path].expired()) {
    return fail(v1::ERROR_CODE_JOURNAL_LOCKED, path + ": held");
  }
  if (!visible_.contains(path)) {
    if (auto created = open(path, Access::create); !created) return tl::unexpected(created.error());
  }
  auto held = std::make_shared<bool>(true);
  locks_[path] = held;
  return std::make_unique<MemoryLock>(std::move(held));
}

void MemoryDisk::settle(const std::string& path, Node& node, const Fates& fates) {
  std::string next = node.durable;
  if (node.grown && node.cached.size() > next.size()) {
    const std::uint64_t more = (node.cached.size() - next.size() + sector_bytes - 1) / sector_bytes;
    next.resize(std::min(node.cached.size(), next.size() + fates.growth(more + 1) * sector_bytes), '\0');
  }
  for (const std::uint64_t sector : node.dirty) {
    const std::size_t begin = sector * sector_bytes;
    const auto fate = fates.sector(path, sector);
    if (begin >= next.size() || fate == SectorFate::old_bytes) continue;
    const std::size_t bytes = std::min(sector_bytes, next.size() - begin);
    if (fate == SectorFate::zeros) {
      std::memset(next.data() + begin, 0, bytes);
    } else {
      std::memcpy(next.data() + begin, node.cached.data() + begin, bytes);
    }
  }
  node.cached = node.durable = std::move(next);
  node.dirty.clear();
  node.grown = false;
}

void MemoryDisk::crash(const std::function<std::uint64_t(std::uint64_t)>& choose) {
  constexpr std::uint64_t fates = 3;
  crash(Fates{choose, choose, [&](const std::string&, std::uint64_t) { return static_cast<SectorFate>(choose(fates)); }});
}

void MemoryDisk::kill() {
  ++life_;
  locks_.clear();
  power_ends_at_.reset();
  fails_at_.reset();
}

void MemoryDisk::crash(const Fates& fates) {
  kill();
  for (const auto& [folder, changes] : unsynced_names_) {
    const std::uint64_t landed = fates.names(changes.size() + 1);
    for (std::uint64_t i = 0; i < landed; ++i) apply(durable_, changes[i]);
  }
  unsynced_names_.clear();
  visible_ = durable_;
  for (auto& [path, node] : visible_) {
    auto fresh = std::make_shared<Node>(*node);  // handles of the life before keep the old one
    fresh->path = path;
    settle(path, *fresh, fates);
    node = std::move(fresh);
  }
  durable_ = visible_;
}

std::string MemoryDisk::contents(const std::string& path) const {
  const auto found = visible_.find(path);
  return found == visible_.end() ? std::string() : found->second->cached;
}

void MemoryDisk::set_contents(const std::string& path, std::string bytes) {
  auto node = std::make_shared<Node>();
  node->path = path;
  node->cached = node->durable = std::move(bytes);
  (void)make_folder(folder_of(path));
  visible_[path] = durable_[path] = std::move(node);
}

std::vector<std::string> MemoryDisk::files() const {
  std::vector<std::string> paths;
  for (const auto& [path, node] : visible_) paths.push_back(path);
  return paths;
}

MemoryDisk MemoryDisk::copy() const {
  MemoryDisk other(options_);
  other.folders_ = folders_;
  for (const auto& [path, node] : visible_) other.set_contents(path, node->cached);
  return other;
}

}  // namespace huying::journal
