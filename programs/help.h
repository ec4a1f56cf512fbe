// What --help prints: Chinese first, English second, broken at 100 columns. The English stands where an option or a
// command is added; the Chinese stands in help_words.cc, and a test finds what has none. Called once, by main.
#pragma once

namespace CLI {
class App;
}

namespace huying::programs {

void arrange_help(CLI::App& root);

}  // namespace huying::programs
