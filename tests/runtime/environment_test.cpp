// SLOPEWISE_VARIANT and SLOPEWISE_THREADS are read once a process: each case runs in a process of its own, this
// program again, with the name of a check as its argument.
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>

#include "flat_forms.h"
#include "scene.h"

namespace slopewise::test {
namespace {

constexpr auto unavailable = SLOPEWISE_UNAVAILABLE_VARIANT;

int failures = 0;
void require(bool holds, const std::string &what) {
    if (holds) return;
    failures++;
    std::printf("not so: %s (last error: %s)\n", what.c_str(), slopewise_last_error());
}

bool says(const std::string &text, const std::string &word) { return text.find(word) != std::string::npos; }
std::string forced() { return std::getenv("SLOPEWISE_VARIANT"); }

/// Every function and flat form, and what each should return when it names no variant.
void call_everything(slopewise_status want, const char *variant = nullptr) {
    for (const function &f : functions()) {
        scene s;
        set_up(s, f);
        s.options.variant = variant;
        auto before = bytes_of(s);
        require(f.run(s) == want, f.name);
        require((bytes_of(s) == before) == (want != SLOPEWISE_OK), std::string(f.name) + " writes if it succeeds");
    }
}

void call_flat_forms(slopewise_status want) {
    auto params = default_params();
    for (const flat_form &f : flat_forms()) {
        std::vector<unsigned char> x(64, 0xbc), y(64, 0x3c), before = y;
        require(f.run(x.data(), 0.5, &params, y.data(), 8) == want, f.name);
        require((y == before) == (want != SLOPEWISE_OK), std::string(f.name) + " writes if it succeeds");
    }
}

// What binds calls binds those that would do nothing too, and explain(); a call that names a variant is free.
void wrong_variant() {
    call_everything(unavailable);
    call_flat_forms(unavailable);
    std::string message = slopewise_last_error();
    require(says(message, "SLOPEWISE_VARIANT") && says(message, forced()) && says(message, SLOPEWISE_BASELINE), message);
    require(slopewise_relu_f32(nullptr, nullptr, 0) == unavailable, "flat form of no elements");
    char text[400] = "kept";
    require(slopewise_explain("relu", "f32", 5, text, sizeof text) == unavailable, "explain");
    require(std::string(text) == "kept", "explain leaves its buffer");
    require(slopewise_explain("gelu", "f32", 5, text, sizeof text) == SLOPEWISE_INVALID_ARGUMENT, "explain's order");
    require(slopewise_relu_f32(nullptr, nullptr, 3) == SLOPEWISE_INVALID_ARGUMENT, "pointers before the variant");
    call_everything(SLOPEWISE_OK, SLOPEWISE_BASELINE);
    require(slopewise_variants(nullptr, 0) > 0, "variants are listed");
}

void right_variant() {
    call_everything(SLOPEWISE_OK);
    call_flat_forms(SLOPEWISE_OK);
    char text[400];
    require(slopewise_explain("rrelu", "f32", 1000000, text, sizeof text) == SLOPEWISE_OK, "explain");
    require(says(text, "variant: " + forced() + " (forced by SLOPEWISE_VARIANT)"), text);
    call_everything(SLOPEWISE_OK, SLOPEWISE_BASELINE);
    call_everything(unavailable, "nonsense");
}

void no_variant() {
    call_everything(SLOPEWISE_OK);
    char text[400];
    require(slopewise_explain("rrelu", "f32", 1000000, text, sizeof text) == SLOPEWISE_OK, "explain");
    require(!says(text, "forced"), text);
}

/// SLOPEWISE_THREADS=3: explain() says so, large calls reach a caller's pool, and no more than three are asked for.
void three_threads() {
    char text[400];
    require(slopewise_explain("rrelu", "f32", 10000000, text, sizeof text) == SLOPEWISE_OK, "explain");
    require(says(text, "threads: 3 "), text);
    call_everything(SLOPEWISE_OK);
}

/// The pool's limit, beyond which pieces would be cut for nobody.
void sixty_four_threads() {
    slopewise_choice choice = {sizeof choice, nullptr, nullptr, nullptr, 0};
    require(slopewise_choose("relu", "f32", 100000000, &choice) == SLOPEWISE_OK && choice.threads == 64, std::to_string(choice.threads));
    call_everything(SLOPEWISE_OK);
}

void one_thread() {
    char text[400];
    require(slopewise_explain("rrelu", "f32", 10000000, text, sizeof text) == SLOPEWISE_OK, "explain");
    require(says(text, "threads: 1 (by SLOPEWISE_THREADS)"), text);
    dl x({1 << 18}, f32, {}, 4 << 18), y({1 << 18}, f32, {}, 4 << 18);
    slopewise_options o = default_options();
    int calls = 0;
    o.threads = 8;
    o.pool = &calls;
    o.parallel_for = [](void *pool, int64_t begin, int64_t end, int64_t, slopewise_task task, void *closure) {
        ++*static_cast<int *>(pool);
        task(closure, begin, end);
    };
    require(slopewise_relu(&x, &y, &o) == SLOPEWISE_OK && calls == 0, "the environment limits callers' pools too");
}

/// A child forked while another thread is in the process's first call must be able to call.
void fork_in_first_call() {
    dl x({1 << 16}, f32, {}, 4 << 16), y({1 << 16}, f32, {}, 4 << 16);
    const char *delay = std::getenv("FORK_AFTER_US");
    std::thread first([&] { require(slopewise_relu(&x, &y, nullptr) == SLOPEWISE_OK, "first call"); });
    usleep(useconds_t(std::atoi(delay ? delay : "0")));
    pid_t child = fork();
    if (child == 0) {
        alarm(2);
        _exit(slopewise_relu(&x, &y, nullptr));
    }
    int status = 0;
    waitpid(child, &status, 0);
    first.join();
    require(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child's call returns");
}

/// A value that is no limit: as many threads as without it, and nothing said of it.
void ignored_threads() {
    char text[400];
    slopewise_choice choice = {sizeof choice, nullptr, nullptr, nullptr, 0};
    require(slopewise_choose("relu", "f32", 100000000, &choice) == SLOPEWISE_OK &&
                std::to_string(choice.threads) == std::getenv("USUAL_THREADS"),
            "as many threads as ever: " + std::to_string(choice.threads));
    require(slopewise_explain("relu", "f32", 100000000, text, sizeof text) == SLOPEWISE_OK, "explain");
    require(!says(text, "SLOPEWISE_THREADS"), text);
    call_everything(SLOPEWISE_OK);
}

/// Text is cut to its capacity, always terminated, and counted whole.
void machine_is_cut() {
    std::string whole(slopewise_machine(nullptr, 0) + 1, '?');
    require(slopewise_machine(whole.data(), whole.size()) == whole.size() - 1 && whole.back() == 0, "the whole");
    whole.pop_back();
    require(whole.find(char(0)) == std::string::npos && whole.front() == '{' && whole.back() == '}', whole);
    for (size_t capacity = 0; capacity <= whole.size() + 8; capacity++) {
        std::string text(whole.size() + 16, '?');
        size_t kept = std::min(capacity, whole.size() + 1);
        bool right = slopewise_machine(text.data(), capacity) == whole.size();
        if (kept > 0) right = right && text.compare(0, kept - 1, whole, 0, kept - 1) == 0 && text[kept - 1] == 0;
        require(right && text.find_first_not_of('?', kept) == std::string::npos, "cut to " + std::to_string(capacity));
    }
}

bool runs_beside(pid_t thread, int processor) {
    cpu_set_t set;
    if (sched_getaffinity(thread, sizeof set, &set) != 0) return true;  // it has ended
    CPU_CLR(size_t(processor), &set);
    return CPU_COUNT(&set) > 0;
}

/// A thread that is pinned and makes the first call, as other runtimes' are: the pool's threads are not pinned with it.
void pinned_first_call() {
    slopewise_choice usual = {sizeof usual, nullptr, nullptr, nullptr, 0};
    if (slopewise_choose("relu", "f32", 1 << 22, &usual) != SLOPEWISE_OK || usual.threads < 2) return;
    dl x({1 << 22}, f32, {}, 4 << 22), y({1 << 22}, f32, {}, 4 << 22);
    int here = sched_getcpu();
    std::thread pinned([&] {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(size_t(here), &one);
        require(sched_setaffinity(0, sizeof one, &one) == 0, "pinned");
        for (int i = 0; i < 10; i++) require(slopewise_relu(&x, &y, nullptr) == SLOPEWISE_OK, "call");
    });
    pinned.join();
    int others = 0;
    for (const auto &task : std::filesystem::directory_iterator("/proc/self/task")) {
        pid_t thread = std::atoi(task.path().filename().c_str());
        if (thread == getpid()) continue;
        require(runs_beside(thread, here), "a worker has the caller's processor alone");
        others++;
    }
    require(others > 0, "a worker was started");
}

const std::map<std::string, void (*)()> checks = {
    {"wrong_variant", wrong_variant},        {"right_variant", right_variant},           {"no_variant", no_variant},
    {"three_threads", three_threads},        {"sixty_four_threads", sixty_four_threads}, {"one_thread", one_thread},
    {"ignored_threads", ignored_threads},    {"machine_is_cut", machine_is_cut},         {"fork_in_first_call", fork_in_first_call},
    {"pinned_first_call", pinned_first_call}};

const char *program;

/// Runs a check in a process where only `variable` is set.
void expect_in_child(const char *check, const char *variable, const char *value) {
    SCOPED_TRACE(std::string(check) + " with " + variable + "=" + value);
    std::fflush(nullptr);
    pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        unsetenv("SLOPEWISE_VARIANT");
        unsetenv("SLOPEWISE_THREADS");
        setenv(variable, value, 1);
        execl("/proc/self/exe", program, check, nullptr);
        _exit(127);
    }
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "see above for what does not hold";
}

TEST(Variant, WrongOnesFailEveryCallThatNamesNone) {
    for (const char *name : {"nonsense", "AVX2", " avx2", "avx2 ", "x86-64,avx2", "cuda-90"}) {
        expect_in_child("wrong_variant", "SLOPEWISE_VARIANT", name);
    }
}

// A GPU's variant binds no CPU tensor, whether it can run here or not.
TEST(Variant, ThoseThatRunHereAreForced) {
    std::vector<slopewise_variant> all(slopewise_variants(nullptr, 0));
    slopewise_variants(all.data(), all.size());
    for (const slopewise_variant &v : all) {
        bool binds = std::string(v.device) == "cpu";
        expect_in_child(!binds ? "no_variant" : v.usable ? "right_variant" : "wrong_variant", "SLOPEWISE_VARIANT", v.name);
    }
}

TEST(Variant, EmptyMeansUnset) { expect_in_child("no_variant", "SLOPEWISE_VARIANT", ""); }

TEST(Threads, LimitAndNonsense) {
    unsetenv("SLOPEWISE_THREADS");
    slopewise_choice usual = {sizeof usual, nullptr, nullptr, nullptr, 0};
    ASSERT_EQ(slopewise_choose("relu", "f32", 100000000, &usual), SLOPEWISE_OK);
    setenv("USUAL_THREADS", std::to_string(usual.threads).c_str(), 1);
    expect_in_child("three_threads", "SLOPEWISE_THREADS", "3");
    expect_in_child("sixty_four_threads", "SLOPEWISE_THREADS", "1000");
    expect_in_child("one_thread", "SLOPEWISE_THREADS", "1");
    for (const char *value : {"0", "-1", "abc", "3x", "1a", "0x3", "", "99999999999999999999"}) {
        expect_in_child("ignored_threads", "SLOPEWISE_THREADS", value);
    }
}

TEST(Machine, IsCutToItsCapacity) {
    for (const char *file : {"",
                             "/a \"file\\\x01\x7f of\xff\xc3 gr\xc3\xb6\xc3\x9f"
                             "e\xe2\x82"})
        expect_in_child("machine_is_cut", "SLOPEWISE_WISDOM", file);
}

TEST(Threads, PoolIsNotPinnedWithItsFirstCaller) { expect_in_child("pinned_first_call", "UNUSED", ""); }

// A static's guard, held by a thread that the fork leaves behind, would hang the child.
TEST(Fork, WhileTheFirstCallRuns) {
    for (int delay = 0; delay < 40 && !HasFailure(); delay++) {
        expect_in_child("fork_in_first_call", "FORK_AFTER_US", std::to_string(delay).c_str());
    }
}

TEST(Variants, Listing) {
    size_t count = slopewise_variants(nullptr, 0);
    std::vector<slopewise_variant> rows(count + 2, {"kept", "kept", 7, "kept"});
    EXPECT_EQ(slopewise_variants(rows.data(), 1), count);
    EXPECT_STRNE(rows[0].name, "kept");
    EXPECT_STREQ(rows[1].name, "kept") << "beyond the capacity";
    EXPECT_EQ(slopewise_variants(rows.data(), rows.size()), count);
    EXPECT_STREQ(rows[count].name, "kept");
    std::vector<slopewise_variant> cpu = usable_cpu_variants();
    ASSERT_FALSE(cpu.empty());
    EXPECT_STREQ(cpu.back().name, SLOPEWISE_BASELINE) << "the baseline is the last of the CPU's";
}

}  // namespace
}  // namespace slopewise::test

int main(int argc, char **argv) {
    using namespace slopewise::test;
    program = argv[0];
    auto check = argc == 2 ? checks.find(argv[1]) : checks.end();
    if (check != checks.end()) {
        check->second();
        return failures ? 1 : 0;
    }
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
