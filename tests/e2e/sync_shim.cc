// Preloaded into a process under test (LD_PRELOAD): its fdatasync and fsync wait while the file HUYING_SYNC_HOLD
// exists, and fail with EIO while HUYING_SYNC_FAIL exists. <hold>.waiting exists as soon as one call waits: a test can
// wait for it.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

namespace {

bool exists(const char* name) {
  const char* path = std::getenv(name);
  return path != nullptr && ::access(path, F_OK) == 0;
}

void note_waiting() {
  const std::string path = std::string(std::getenv("HUYING_SYNC_HOLD")) + ".waiting";
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
}

int shimmed(const char* name, int descriptor) {
  if (exists("HUYING_SYNC_HOLD")) note_waiting();
  while (exists("HUYING_SYNC_HOLD")) ::usleep(1000);
  if (exists("HUYING_SYNC_FAIL")) {
    errno = EIO;
    return -1;
  }
  using Sync = int (*)(int);
  return reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, name))(descriptor);
}

}  // namespace

extern "C" {
int fdatasync(int descriptor) { return shimmed("fdatasync", descriptor); }
int fsync(int descriptor) { return shimmed("fsync", descriptor); }
}
