// Runs discover.py once per sandbox, outside of it, and reads its answer.
#include "scorers/sandbox/interpreter.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

#include "assay/embedded.h"
#include "assay/json.h"

namespace assay::sandbox {
namespace {

std::string source(const char* name) {
  return std::string(embedded_file(fmt::format("scorers/sandbox/{}", name)).value_or(""));
}

expected<std::string> output_of(Spawner& spawner, const std::vector<std::string>& argv) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return unavailable("no pipe can be made.");
  const Fd out(ends[0]);
  Fd in(ends[1]);
  const Fd null(open("/dev/null", O_RDWR | O_CLOEXEC));
  SpawnPlan plan;
  plan.argv = argv;
  plan.fds = {{null.get(), 0}, {in.get(), 1}, {null.get(), 2}};
  auto process = spawner.start(plan);
  if (!process) return process.error();
  in.reset();
  std::string text;
  char buffer[1 << 16];
  ssize_t got = 0;
  while ((got = read(out.get(), buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  const Ending ending = process->end(std::chrono::seconds(10));
  if (ending.signal != 0 || ending.status != 0) {
    return unavailable(fmt::format("{} does not run.", argv[0]));
  }
  return text;
}

bool is_program(const std::string& path) {
  struct stat info {};
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::string find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return is_program(name) ? name : "";
  const char* path = std::getenv("PATH");
  std::string rest = path != nullptr ? path : "/usr/bin:/bin";
  while (!rest.empty()) {
    const std::size_t end = rest.find(':');
    const std::string folder = rest.substr(0, end);
    rest = end == std::string::npos ? "" : rest.substr(end + 1);
    if (!folder.starts_with('/')) continue;
    if (const std::string full = folder + "/" + name; is_program(full)) return full;
  }
  return "";
}

expected<Interpreter> discover_interpreter(Spawner& spawner, const std::string& python) {
  std::string program = find_program(python);
  if (program.empty()) program = find_program("python3");
  if (program.empty())
    return unavailable(fmt::format("there is no Python interpreter ({}).", python));
  const std::string common = source("wire.py") + source("landlock.py");
  const auto answer =
      output_of(spawner, {program, "-I", "-S", "-W", "ignore", "-c", source("discover.py"),
                          common + source("candidate.py"), common + source("checker.py")});
  if (!answer) return answer.error();
  try {
    const Json json = Json::parse(*answer);
    Interpreter found;
    found.program = json.at("python");
    found.version = json.at("version");
    found.folders = json.at("folders").get<std::vector<std::string>>();
    found.hidden = json.at("hidden").get<std::vector<std::string>>();
    std::set<std::string> files;
    for (const auto& [name, real] : json.at("libraries").items()) {
      files.insert(real.get<std::string>());
      if (real != name) found.links.emplace_back(name, real.get<std::string>());
    }
    found.files.assign(files.begin(), files.end());
    for (const auto& [name, target] : json.at("links").items()) {
      found.links.emplace_back(name, target.get<std::string>());
    }
    found.candidate_code = json.at("candidate");
    found.checker_code = json.at("checker");
    return found;
  } catch (const std::exception& e) {
    return unavailable(fmt::format("{} does not say where it lives ({}).", program, e.what()));
  }
}

}  // namespace assay::sandbox
