#include "table/operations.h"

#include <cstring>

namespace slopewise {

const operation_info *find_operation(const char *name) {
    for (const operation_info &op : operations) {
        if (std::strcmp(op.name, name) == 0) return &op;
    }
    return nullptr;
}

}  // namespace slopewise
