// Sixty-four threads in every function at once, from their first calls on, while the process forks: every call, in children on
// one thread, gives the bytes that it gives alone. Under the thread sanitizer too, whose child allocates nothing.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <random>
#include <string_view>
#include <thread>

#include "everything.h"

namespace slopewise::test {
namespace {

constexpr int threads = 64, calls = 12, forks = 24;

/// A call of one function on one type, in one layout, whose tensors are there before the storm.
struct request {
    const function *f;
    scene s;

    explicit request(std::mt19937 &random) : f(&functions()[random() % functions().size()]) {
        set_up(s, *f, float_types[random() % std::size(float_types)], 40, 257, random() % 2 ? 260 : 0);
        for (size_t i = 0; i < f->inputs; i++) fill(s.tensors[i], unsigned(i + 1));
    }

    /// 0 where it fails.
    size_t run(int threads, const char *variant) {
        s.options.threads = threads;
        s.options.variant = variant;
        if (f->run(s) != SLOPEWISE_OK) return 0;
        size_t digest = 1;
        for (const dl &t : s.tensors) {
            std::string_view bytes(reinterpret_cast<const char *>(t.storage->data()), t.storage->size());
            digest = digest * 31 + std::hash<std::string_view>()(bytes);
        }
        return digest;
    }
};

using requests = std::vector<std::unique_ptr<request>>;

requests some_requests(size_t count, std::mt19937 &random) {
    requests all;
    while (all.size() < count) all.push_back(std::make_unique<request>(random));
    return all;
}

/// Which of them give another digest than alone.
int wrong_ones(const requests &all, const size_t *digests) {
    int wrong = 0;
    for (size_t i = 0; i < all.size(); i++) {
        bool right = digests[i] && digests[i] == all[i]->run(1, nullptr);
        if (!right) std::printf("%s, request %zu\n", all[i]->f->name, i);
        wrong += !right;
    }
    return wrong;
}

/// Between calls also what answers questions, and a call that fails.
void call(request *const *first, size_t *digests, unsigned seed, const std::atomic<bool> &begun) {
    std::mt19937 random(seed);
    const char *const variants[] = {nullptr, SLOPEWISE_BASELINE};
    while (!begun) std::this_thread::yield();
    for (int i = 0; i < calls; i++) {
        digests[i] = first[i]->run(int(random() % 5), variants[random() % 2]);
        char text[256];
        slopewise_explain("rrelu", "f32", int64_t(random()), text, sizeof text);
        slopewise_machine(text, sizeof text);
        if (slopewise_relu(nullptr, nullptr, nullptr) == SLOPEWISE_OK || !*slopewise_last_error()) digests[i] = 0;
    }
}

/// A child at a random moment, whose digest is in memory that both have.
bool fork_and_call(request &r, size_t *digest, std::mt19937 &random) {
    usleep(random() % 20000);
    std::fflush(nullptr);
    pid_t child = fork();
    if (child == 0) {
        alarm(120);
        *digest = r.run(1, nullptr);
        _exit(0);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Storm, EveryCallGivesItsBytes) {
    std::mt19937 random(7);
    requests in_threads = some_requests(threads * calls, random), in_children = some_requests(forks, random);
    std::vector<size_t> digests(in_threads.size());
    std::vector<request *> all;
    for (auto &r : in_threads) all.push_back(r.get());
    auto *shared = static_cast<size_t *>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    std::atomic<bool> begun{false};
    std::vector<std::thread> storm;
    for (int t = 0; t < threads; t++) {
        size_t at = size_t(t * calls);
        storm.emplace_back([&, t, at] { call(&all[at], &digests[at], unsigned(t), begun); });
    }
    begun = true;
    for (int f = 0; f < forks; f++) EXPECT_TRUE(fork_and_call(*in_children[size_t(f)], &shared[f], random)) << "fork " << f;
    for (std::thread &t : storm) t.join();
    EXPECT_EQ(wrong_ones(in_threads, digests.data()), 0);
    EXPECT_EQ(wrong_ones(in_children, shared), 0);
    munmap(shared, 4096);
}

}  // namespace
}  // namespace slopewise::test
