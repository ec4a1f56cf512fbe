// The options that every program which talks to a broker shares.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "huying/v1/common.pb.h"

namespace CLI {
class App;
class Validator;
}

namespace huying::programs {

struct ConnectOptions {
  std::string endpoint;
  std::string principal;
  std::string role;  // as written; empty: the program's own choice
  bool json = false;
  double wait_seconds = 10;  // without a session before it gives up; 0: never
};

enum class JsonOption { offered, absent };

// --endpoint, --as, --role, --wait and, if offered, --json. `default_principal` may be empty: then --as is required.
void add_connect_options(CLI::App& app, ConnectOptions& options, const std::string& default_principal,
                         JsonOption json = JsonOption::offered);

// The roles to say Hello with, in order: the one that was asked for, else `own`.
std::vector<v1::Role> roles_to_try(const ConnectOptions& options, std::vector<v1::Role> own);

// grid-worker → ROLE_GRID_WORKER; ROLE_UNSPECIFIED when there is none of that name.
v1::Role role_named(const std::string& name);

// For `check`: a number from `least` to `most`, unlike CLI::Range not NaN.
CLI::Validator number_between(double least, double most);

// For `check`: digits alone, from `least` to `most`. CLI11 reads -1 into an unsigned number as a very large one.
CLI::Validator whole_number(std::uint64_t least = 0, std::uint64_t most = UINT64_MAX);

// "…\n\nExit codes: 0 …" for the footer of a sub-command.
std::string footer_with_exit_codes(const std::string& examples);

// Whether the first is in the second, however both are spelled, and whether or not it is there yet.
bool lies_in(const std::string& path, const std::string& folder);

}  // namespace huying::programs
