#include "gpu.h"
#include "maps.h"

namespace slopewise::generators {
namespace {

class Map : public GpuGenerator<Map> {
public:
    const map *what = nullptr;

    void configure() {
        has_rows = what->how == map::in_rows;
        reads(what->inputs);
        if (what->how == map::takes_slope) slope = add_factor("slope");
        writes({what->output});
    }
    void generate() {
        operands o = {{}, conversions(), slope ? slope() : Expr()};
        for (size_t i = 0; i < what->inputs.size(); i++) o.in.push_back(read(i));
        write({what->of(o)});
    }
    void schedule() { schedule_threads(); }

private:
    scalar slope;
};

const bool registered = register_maps<Map>();

}  // namespace
}  // namespace slopewise::generators
