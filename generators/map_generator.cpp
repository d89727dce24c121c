#include "element.h"
#include "maps.h"

namespace slopewise::generators {
namespace {

class Map : public RowGenerator<Map> {
public:
    const map *what = nullptr;

    void configure() {
        Type stored = halide::stored_type(element);
        for (const std::string &name : what->inputs) {
            inputs.push_back(add_input<Buffer<>>(name, stored, 2));
            if (what->how == map::takes_slope && !slope) slope = add_input<double>("slope");
        }
        output = add_output<Buffer<>>(what->output, stored, 2);
    }
    void generate() {
        operands o = {{}, conversions_of(target), slope ? cast(halide::computing_type(element), *slope) : Expr()};
        for (auto *in : inputs) o.in.push_back(halide::load((*in)(i, row), element));
        (*output)(i, row) = halide::store(what->of(o));
    }
    void schedule() {
        for (auto *in : inputs) begin_at_zero(*in);
        begin_at_zero(*output);
        write_rows(*output);
    }

private:
    std::vector<Input<Buffer<>> *> inputs;
    Input<double> *slope = nullptr;
    Output<Buffer<>> *output = nullptr;
};

const bool registered = register_maps<Map>();

}  // namespace
}  // namespace slopewise::generators
