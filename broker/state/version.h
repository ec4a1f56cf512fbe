// A version of the configuration in force, indexed for the broker's questions. Immutable once shared; any thread.
#pragma once
#include <absl/container/flat_hash_map.h>

#include <memory>
#include <string>

#include "base/civil_time.h"
#include "broker/dispatch/dispatcher.h"
#include "broker/state/principals.h"
#include "huying/v1/directory.pb.h"

namespace huying::broker {

struct Version {
  std::uint64_t number = 0;
  std::string hash;                 // BLAKE2b-256 of the serialized configuration with geometry
  v1::Configuration configuration;  // without geometry
  std::string for_hosts;            // the same, serialized
  Principals principals;
  dispatch::Dispatcher dispatcher;
  CivilZone zone;
  absl::flat_hash_map<std::string, const v1::Category*> categories;

  // The configuration must have passed directory::load. Errors: an unknown time zone.
  static Result<std::shared_ptr<Version>> build(const v1::Configuration& with_geometry, std::string_view serialized);

  const v1::Directory& directory() const { return configuration.directory(); }
  const v1::Category* category(std::string_view code) const;

 private:
  Version(const v1::Configuration& with_geometry, CivilZone zone);
};

}  // namespace huying::broker
