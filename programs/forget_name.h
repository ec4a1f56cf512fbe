// huying subscribe --forget: gives a subscription's name up, cursor and all.
#pragma once
#include <string>
#include <vector>

#include "huying/v1/common.pb.h"
#include "programs/options.h"
#include "programs/program.h"

namespace huying::programs {

// Runs until the broker has answered. Says on stdout that it is done, on stderr why not.
ExitCode forget_name(const ConnectOptions& options, const std::vector<v1::Role>& roles, const std::string& name);

}  // namespace huying::programs
