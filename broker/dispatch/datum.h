// Coordinates as China's maps have them. Pure; any thread.
//
// GCJ-02 (Gaode, Tencent, WeChat's chooseLocation) and BD-09 (Baidu) are shifted against WGS-84, here by 580 to 601 m
// and up to 1,364 m (docs: facts of the field). The forward formulas are the public ones; the inverses are iterated
// until they agree with the forward ones below a millimetre, where one-step inverses err by metres.
#pragma once
#include <optional>

#include "huying/v1/common.pb.h"

namespace huying::dispatch {

struct Degrees {
  double latitude = 0;
  double longitude = 0;
};

// True where the public algorithm shifts; outside, GCJ-02 is WGS-84.
bool is_shifted_in_gcj02(Degrees point);

Degrees gcj02_from_wgs84(Degrees wgs84);
Degrees wgs84_from_gcj02(Degrees gcj02);
Degrees bd09_from_gcj02(Degrees gcj02);
Degrees gcj02_from_bd09(Degrees bd09);

// nullopt: the datum is not given or not known (never guessed), or the point is not finite or out of range.
std::optional<Degrees> to_wgs84(Degrees point, v1::Datum datum);
bool in_range(Degrees point);

}  // namespace huying::dispatch
