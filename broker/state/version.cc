#include "broker/state/version.h"

#include "base/digest.h"
#include "broker/directory/directory_files.h"
#include "broker/state/effects.h"
#include "proto/errors.h"

namespace huying::broker {

Version::Version(const v1::Configuration& with_geometry, CivilZone time_zone)
    : configuration(directory::without_geometry(with_geometry)),
      for_hosts(configuration.SerializeAsString()),
      principals(with_geometry.directory()),
      dispatcher(with_geometry.directory()),
      zone(std::move(time_zone)) {
  for (const auto& category : configuration.policy().categories()) categories[category.code()] = &category;
}

Result<std::shared_ptr<Version>> Version::build(const v1::Configuration& with_geometry, std::string_view serialized) {
  auto zone = CivilZone::named(with_geometry.directory().time_zone());
  if (!zone) return fail(v1::ERROR_CODE_DIRECTORY_INVALID, "time_zone: " + zone.error().detail);
  std::shared_ptr<Version> version(new Version(with_geometry, std::move(*zone)));
  version->hash = blake2b_256(serialized);
  return version;
}

const v1::Category* Version::category(std::string_view code) const {
  if (code.empty()) code = "general";
  const auto at = categories.find(absl::string_view(code.data(), code.size()));
  return at == categories.end() ? nullptr : at->second;
}

DirectoryJobResult perform(const DirectoryJob& job) {
  DirectoryJobResult result;
  result.id = job.id;
  const auto* before = job.before ? &job.before->configuration : nullptr;
  const auto loaded = directory::load(job.files, before, {.check = job.check});
  for (const auto& finding : loaded.findings) {
    result.findings.push_back(directory::to_string(finding));
    if (finding.is_error() && result.error == 0) result.error = finding.code;
  }
  if (!loaded.ok()) {
    if (result.error == 0) result.error = v1::ERROR_CODE_DIRECTORY_INVALID;
    return result;
  }
  result.serialized = loaded.configuration.SerializeAsString();
  auto version = Version::build(loaded.configuration, result.serialized);
  if (version) {
    result.version = std::move(*version);
  } else {
    result.error = version.error().code;
    result.findings.push_back(sentence(version.error()));
  }
  return result;
}

}  // namespace huying::broker
