// The program slopewise: see `slopewise --help`.
#include <slopewise/slopewise.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <limits>
#include <type_traits>

#include "apply.h"
#include "info.h"
#include "output/command_line.h"
#include "output/failure.h"
#include "output/printable.h"
#include "wisdom/tune.h"

namespace slopewise::cli {
namespace {

template <typename T>
std::string range_of() {
    if (std::is_floating_point_v<T>) return "a number that a double holds";
    return "a whole number from " + std::to_string(std::numeric_limits<T>::min()) + " to " + std::to_string(std::numeric_limits<T>::max());
}

/// An option that is a number, read strictly: CLI11's own reading wraps -1, cuts what is too large, takes 010 as octal
/// and rounds a double twice.
template <typename T>
CLI::Option *add_number(CLI::App *command, const std::string &name, T &value, const char *help) {
    auto read = [name, &value](const std::string &text) {
        const char *end = text.data() + text.size();
        auto [at, error] = std::from_chars(text.data(), end, value);
        if (error != std::errc() || at != end) throw CLI::ValidationError(name, "is \"" + text + "\", expected " + range_of<T>());
    };
    return command->add_option_function<std::string>(name, read, help)->type_name("NUMBER");
}

struct explain_request {
    std::string op, dtype;
    int64_t elements = 0;
};

void explain(const explain_request &r) {
    char text[1024];
    if (slopewise_explain(r.op.c_str(), r.dtype.c_str(), r.elements, text, sizeof text) != SLOPEWISE_OK)
        throw failure(slopewise_last_error());
    std::fputs(text, stdout);
    print_evidence(r.op);
}

void add_info(CLI::App &app) {
    auto *command = app.add_subcommand("info", "CPU, caches, every variant: chosen, usable or why not");
    auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "As JSON");
    command->callback([json] { print_info(*json); });
}

void add_explain(CLI::App &app) {
    auto *command = app.add_subcommand("explain", "What a call would use, and why");
    auto r = std::make_shared<explain_request>();
    command->add_option("OP", r->op, "Operation, e.g. rrelu")->required();
    command->add_option("DTYPE", r->dtype, "f16 bf16 f32 f64 i8 i16 i32 i64 u8")->required();
    add_number(command, "ELEMENTS", r->elements, "How many")->required();
    command->callback([r] { explain(*r); });
}

void add_apply(CLI::App &app) {
    auto *command = app.add_subcommand("apply", "Run an operation on .npy files");
    auto r = std::make_shared<apply_request>();
    command->add_option("OP", r->op, operation_names())->required();
    command->add_option("IN", r->in, "Input; of backward forms the saved tensor, of rrelu_backward_noise the gradient")->required();
    command->add_option("OUT", r->out, "Output, replaced when all is done")->required();
    add_number(command, "--lower", r->params.lower, "Lower bound of the slope")->default_str("1/8");
    add_number(command, "--upper", r->params.upper, "Upper bound of the slope")->default_str("1/3");
    add_number(command, "--seed", r->params.seed, "Seed of the random slopes")->default_str("0");
    add_number(command, "--stream", r->params.stream, "Stream of the random slopes")->default_str("0");
    add_number(command, "--offset", r->params.offset, "Index of the first element")->default_str("0");
    add_number(command, "--slope", r->slope, "Slope of leaky ReLU")->default_str("0.01");
    add_number(command, "--axis", r->axis, "Axis of CReLU's concatenation")->default_str("0");
    command->add_option("--noise", r->noise, "rrelu: written; rrelu_backward_noise: read");
    command->add_option("--grad", r->grad, "Backward forms: the gradient");
    command->add_flag("--saved-output", r->saved_output, "Backward forms: IN is the output");
    command->add_flag("--bf16", r->bf16, "uint16 files hold bfloat16");
    command->add_option("--variant", r->variant, "Use this variant");
    add_number(command, "--threads", r->threads, "At most so many threads; 0: by size")->default_str("0");
    command->add_option("--device", r->device, "Where to run")->check(CLI::IsMember({"cpu", "cuda", "opencl"}))->capture_default_str();
    command->callback([r, command] {
        if (command->count("--variant") && r->variant.empty())
            throw failure("--variant is \"\", expected one that slopewise info lists as usable");
        check_usage(*r);
        apply(*r);
    });
}

void add_tune(CLI::App &app) {
    auto *command = app.add_subcommand("tune", "Measure this machine's choices and write them where the library looks (wisdom)");
    auto r = std::make_shared<tune_request>();
    command->add_flag("--quick", r->quick, "Within a minute, for larger differences");
    command->add_flag("--show", r->show, "Print what is in use, and measure nothing");
    command->add_flag("--force", r->force, "Measure on a busy machine too");
    command->add_option("--out", r->out, "File to write; default: SLOPEWISE_WISDOM, or slopewise/wisdom.json in the user's cache folder");
    command->add_option("--share", r->share,
                        "Also write a file of machines/ there, for other machines to learn from; a folder: by the machine's name");
    command->callback([r, command] {
        if (r->show && (r->quick || r->force || command->count("--out") || command->count("--share")))
            throw usage_error("--show measures and writes nothing");
        if (command->count("--out") && r->out.empty()) throw usage_error("--out: \"\" names no file");
        if (command->count("--share") && r->share.empty()) throw usage_error("--share: \"\" names no file");
        tune(*r);
    });
}

/// CLI11 would only say that a command is required.
void expect_command(const CLI::App &app, const std::string &first) {
    if (first.empty() || first[0] == '-') return;
    std::string all;
    for (const CLI::App *command : app.get_subcommands([](const CLI::App *) { return true; })) {
        if (command->get_name() == first) return;
        all += (all.empty() ? "" : ", ") + command->get_name();
    }
    throw usage_error("unknown command \"" + first + "\", expected one of " + all);
}

int run(int argc, char **argv) {
    CLI::App app{"Rectifier activations, forward and backward, with the same bytes on every target", "slopewise"};
    app.set_version_flag("--version", slopewise_version());
    app.require_subcommand(1);
    app.failure_message(failure_text);
    add_info(app);
    add_explain(app);
    add_apply(app);
    add_tune(app);
    try {
        expect_command(app, argc > 1 ? argv[1] : "-");
        app.parse(argc, argv);
        if (!std::cout.flush() || std::fflush(stdout) != 0) throw failure("standard output cannot be written");
        return 0;
    } catch (const CLI::ParseError &e) {
        return app.exit(e) == 0 ? 0 : 2;
    } catch (const usage_error &e) {
        print_line(stderr, "slopewise: %s; see slopewise --help", e.what());
        return 2;
    } catch (const std::exception &e) {
        print_line(stderr, "slopewise: %s", e.what());
        return 1;
    }
}

}  // namespace
}  // namespace slopewise::cli

int main(int argc, char **argv) { return slopewise::cli::run(argc, argv); }
