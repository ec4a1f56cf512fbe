// The directory in force as the gateway needs it: names, posts, the map. Immutable; made of each version; any thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil_time.h"
#include "gateway/ledger/names.h"
#include "gateway/shell/json.h"
#include "huying/v1/directory.pb.h"
#include "huying/v1/event.pb.h"
#include "huying/v1/session.pb.h"

namespace huying::dispatch {
class Dispatcher;
}

namespace huying::gateway {

class DirectoryView : public ledger::NameBook {
 public:
  // DIRECTORY_INVALID: an unknown time zone.
  static Result<std::shared_ptr<const DirectoryView>> make(const v1::Configuration& configuration, std::uint64_t version);

  ~DirectoryView() override;

  const v1::Directory& directory() const { return configuration_.directory(); }
  std::uint64_t version() const { return version_; }
  const CivilZone& zone() const { return zone_; }

  // A person, or a system that reads (a wall's key); nobody else logs in.
  bool may_log_in(std::string_view code) const;
  const v1::Person* person(std::string_view code) const;
  const v1::System* observer(std::string_view code) const;
  bool holds(std::string_view code, v1::Role role) const;
  // Which cells they may read, as the broker says.
  struct Reads {
    bool all = false;
    std::vector<std::string> cells;
  };
  Reads reads(std::string_view code) const;
  // Subjects of all that they may read, sorted; of somebody with very many cells the coverage of some is left out.
  std::vector<std::string> subjects_of(std::string_view code) const;
  bool reads_only(std::string_view code) const { return observer(code) != nullptr; }

  std::string cell_name(std::string_view code) const;      // the code where it has none
  std::string unit_of(std::string_view cell) const;
  bool takes_cases(std::string_view cell) const;           // it is there, is not retired, and not the desk
  const dispatch::Dispatcher& dispatcher() const { return *dispatcher_; }  // where this version would send a place
  std::string category_name(std::string_view code) const;
  std::string category_english(std::string_view code) const;  // there is no name of it in English
  const auto& categories() const { return configuration_.policy().categories(); }
  std::string title_of(std::string_view person) const;     // or of a system; empty: unknown

  std::optional<Text> find(ledger::NameKind kind, const std::string& code) const override;

  // Of docs/api.md; `welcome` says demonstration and rate.
  Json me(const std::string& code, const v1::Welcome& welcome) const;
  Json street(const v1::Welcome& welcome) const;
  Json people(v1::Role role, std::string_view place) const;  // role unspecified, place empty: all
  const std::string& map() const { return map_; }            // GeoJSON
  // More than 200 m beyond the outermost cell in any direction.
  bool is_far_outside(double latitude, double longitude) const;

 private:
  DirectoryView(const v1::Configuration& configuration, std::uint64_t version, CivilZone zone);
  void draw_map();
  std::vector<std::string> cells_of(const v1::Person& person) const;

  v1::Configuration configuration_;  // cells without polygons
  const std::uint64_t version_;
  CivilZone zone_;
  std::string map_;
  std::unique_ptr<const dispatch::Dispatcher> dispatcher_;
  struct Bounds {
    std::int64_t west = INT64_MAX, south = INT64_MAX, east = INT64_MIN, north = INT64_MIN;  // 1e-7 degrees
  } bounds_;
  absl::flat_hash_map<std::string, const v1::Person*> people_;
  absl::flat_hash_map<std::string, const v1::System*> observers_;
  absl::flat_hash_map<std::string, const v1::Cell*> cells_;
  absl::flat_hash_map<std::string, const v1::Unit*> units_;
  absl::flat_hash_map<std::string, const v1::Category*> categories_;
};

}  // namespace huying::gateway
