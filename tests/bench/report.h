// Figures in words: a table for people, a line of JSON for programs. Pure; any thread.
#pragma once
#include <string>

#include "tests/bench/pipeline.h"

namespace huying::bench {

std::string table(const PipelineFigures& figures);
std::string json_line(const PipelineFigures& figures);

}  // namespace huying::bench
