#include <gtest/gtest.h>

#include <chrono>

#include "autotune/emission.h"

namespace slopewise::autotune {
namespace {

std::string shell(const std::string &script, double seconds = 10) { return run_program({"sh", "-c", script}, seconds); }

TEST(process, success_is_nothing) {
    EXPECT_EQ(shell("exit 0"), "");
    EXPECT_EQ(shell("echo much; echo noise >&2"), "");
}

TEST(process, a_failure_is_its_last_line) {
    EXPECT_EQ(shell("echo first >&2; echo last >&2; exit 1"), "last");
    EXPECT_EQ(shell("exit 3"), "ended with status 3");
}

TEST(process, a_crash_is_told) { EXPECT_EQ(shell("kill -SEGV $$"), "died of Segmentation fault"); }

TEST(process, more_words_than_a_pipe_holds_do_not_block) { EXPECT_EQ(shell("yes word | head -c 300000 >&2; exit 1"), "word"); }

TEST(process, what_takes_too_long_is_killed) {
    auto start = std::chrono::steady_clock::now();
    EXPECT_EQ(shell("exec sleep 30", 0.3), "took more than 0 s");
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(process, a_program_that_is_not_there_is_told) {
    EXPECT_NE(run_program({"/no/such/program"}, 1).find("/no/such/program"), std::string::npos);
}

TEST(process, words_come_as_they_are) {
    EXPECT_EQ(run_program({"sh", "-c", "echo \"$1\" >&2; exit 1", "", "it's $HOME; a  \"b\""}, 1), "it's $HOME; a  \"b\"");
}

}  // namespace
}  // namespace slopewise::autotune
