// From PTX to a kernel. Only what Halide's CUDA kernels contain is taken: one entry, registers, instructions, labels.
#include <charconv>

#include "names.h"
#include "opcodes.h"
#include "tokens.h"

namespace slopewise::test::ptx {
namespace {

int bits_of_type(const std::string &type) {
    static const std::map<std::string, int> bits = {{".pred", 1}, {".b16", 16}, {".u16", 16}, {".b32", 32}, {".u32", 32},
                                                    {".f32", 32}, {".b64", 64}, {".u64", 64}, {".f64", 64}};
    auto found = bits.find(type);
    return found == bits.end() ? 0 : found->second;
}

/// An operand as it is written.
struct written {
    std::string word;
    bool in_brackets = false;
    int64_t offset = 0;
};

class parser {
public:
    explicit parser(const char *text) : in(lines_of(text)) { result.lines = lines_of(text); }

    kernel parse() {
        directives();
        signature();
        body();
        if (!in.at_end()) in.fail("something follows the kernel: " + in.peek());
        link();
        result.slots = known.slots();
        return std::move(result);
    }

private:
    void directives() {
        for (std::string word = in.take(); word != ".entry"; word = in.take()) {
            if (word == ".visible") continue;
            if (word != ".version" && word != ".target" && word != ".address_size") in.fail("unknown directive " + word);
            std::string value = in.take();
            if (word == ".target") result.target = value;
        }
    }

    void signature() {
        result.name = in.take();
        in.expect("(");
        do declare_parameter();
        while (in.take_if(","));
        in.expect(")");
    }

    void declare_parameter() {
        in.expect(".param");
        int bits = type();
        if (in.take_if(".ptr")) {
            in.expect(".align");
            in.take();
        }
        std::string name = in.take();
        declare(name, bits, names::parameter);
        result.parameters.push_back({known.find(name)->at, bits / 8});
    }

    int type() {
        std::string name = in.take();
        int bits = bits_of_type(name);
        if (!bits) in.fail("unknown type " + name);
        return bits;
    }

    void declare(const std::string &name, int bits, names::kind is) {
        if (!known.declare(name, bits, is)) in.fail(name + " is declared twice");
    }

    void body() {
        in.expect("{");
        for (bool open = true; open;) {
            if (in.take_if("{")) {
                known.open_block();
            } else if (in.take_if("}")) {
                open = known.close_block();
            } else {
                statement(in.take());
            }
        }
    }

    void statement(const std::string &word) {
        if (word == ".reg") return registers();
        if (in.take_if(":")) {
            if (!labels.try_emplace(word, result.code.size()).second) in.fail("the label " + word + " stands twice");
        } else if (word == "@") {
            std::string kind = in.take_if("!") ? "@!" : "@";
            written condition = {in.take()};
            instruction_of(kind + in.take(), {condition});
        } else {
            instruction_of(word, {});
        }
    }

    /// ".reg .b32 %r<9>;" or ".reg .b32 one;"
    void registers() {
        int bits = type();
        std::string name = in.take();
        if (in.take_if("<")) {
            int count = int(number(in.take(), 16));
            in.expect(">");
            for (int i = 0; i < count; i++) declare(name + std::to_string(i), bits, names::variable);
        } else {
            declare(name, bits, names::variable);
        }
        in.expect(";");
    }

    void instruction_of(std::string name, std::vector<written> operands) {
        int line = in.line();
        std::string pairs = take_operands(operands);
        if (name.rfind("mov.", 0) == 0 && pairs.find('{') != std::string::npos) name += " " + pairs;
        const opcode *known_as = find_opcode(name);
        if (!known_as) in.fail("unknown instruction " + name);
        if (known_as->operands.size() != operands.size()) in.fail(name + " has " + std::to_string(operands.size()) + " operands");
        instruction i = {known_as->execute, {}};
        i.line = line;
        for (size_t o = 0; o < operands.size(); o++) resolve(i, o, known_as->operands[o], operands[o]);
        result.code.push_back(i);
    }

    /// To the semicolon, without the braces; gives the braces and commas alone.
    std::string take_operands(std::vector<written> &operands) {
        std::string shape;
        bool in_braces = false;
        while (!in.take_if(";")) {
            if (in.take_if("{")) {
                in_braces = true;
                shape += "{";
            } else if (in.take_if("}")) {
                in_braces = false;
                shape += "}";
            } else if (in.take_if(",")) {
                shape += ",";
            } else {
                operands.push_back(take_operand());
            }
        }
        if (in_braces) in.fail("a brace is open");
        return shape;
    }

    written take_operand() {
        if (!in.take_if("[")) return {in.take()};
        written address = {in.take(), true};
        if (in.take_if("+")) address.offset = int64_t(number(in.take(), 64));
        in.expect("]");
        return address;
    }

    void resolve(instruction &i, size_t o, const operand &wanted, const written &found) {
        bool in_memory = wanted.is == operand::address || wanted.is == operand::parameter;
        if (found.in_brackets != in_memory) in.fail(found.word + (in_memory ? " stands in no brackets" : " stands in brackets"));
        if (wanted.is == operand::label) {
            jumps.push_back({result.code.size(), found.word});
        } else {
            i.slots[o] = slot_of(wanted, found);
        }
        if (wanted.is == operand::address) i.offset = found.offset;
        if (wanted.is == operand::parameter && found.offset) in.fail("a part of a parameter");
    }

    slot slot_of(const operand &wanted, const written &found) {
        const names::entry *name = known.find(found.word);
        if (!name && wanted.is == operand::source) return known.constant(number(found.word, wanted.bits));
        if (!name) in.fail("unknown name " + found.word);
        if ((wanted.is == operand::parameter) != (name->is == names::parameter)) in.fail(found.word + " is out of place");
        if (wanted.is == operand::result && name->is != names::variable) in.fail(found.word + " cannot be written");
        bool wider = wanted.or_wider && name->bits > wanted.bits;
        if (name->bits != wanted.bits && !wider) in.fail(found.word + " has " + std::to_string(name->bits) + " bits");
        return name->at;
    }

    /// Decimal, or a float's bits as 0f or 0d and hexadecimal digits.
    uint64_t number(const std::string &word, int bits) {
        bool is_float = word.rfind(bits == 32 ? "0f" : "0d", 0) == 0, negative = word[0] == '-';
        uint64_t value = 0, sign = uint64_t{1} << (bits - 1);
        const char *begin = word.data() + (is_float ? 2 : negative), *end = word.data() + word.size();
        auto [at, problem] = std::from_chars(begin, end, value, is_float ? 16 : 10);
        bool fits = negative ? value <= sign : value <= sign - 1 + sign;
        if (problem != std::errc() || at != end || !fits) in.fail("unknown operand " + word);
        return (negative ? 0 - value : value) & (sign - 1 + sign);
    }

    /// Labels may stand after their jumps.
    void link() {
        for (const auto &[from, label] : jumps) {
            auto found = labels.find(label);
            if (found == labels.end() || found->second == result.code.size()) in.fail("nothing follows the label " + label);
            result.code[from].target = &result.code[found->second];
        }
        const opcode *last = find_opcode("ret");
        if (result.code.empty() || result.code.back().execute != last->execute) in.fail("the kernel does not end with ret");
    }

    struct pending_jump {
        size_t from;
        std::string label;
    };

    tokens in;
    kernel result;
    names known;
    std::map<std::string, size_t> labels;
    std::vector<pending_jump> jumps;
};

}  // namespace

kernel parse(const char *text) { return parser(text).parse(); }

}  // namespace slopewise::test::ptx
