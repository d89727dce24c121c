#include "staging.h"

namespace slopewise::cli {

staging::~staging() {
    for (moved &m : all) {
        device->release(m.tensor->data);
        m.tensor->data = m.host;
        m.tensor->device = {kDLCPU, 0};
    }
}

void staging::bring(array_file &file, bool with_contents) {
    DLTensor *t = file.tensor();
    void *host = t->data;
    t->data = device->allocate(file.bytes());
    all.push_back({t, host});
    if (with_contents) device->upload(t->data, host, file.bytes());
    t->device = device->dlpack();
}

void staging::fetch(array_file &file) {
    for (moved &m : all) {
        if (m.tensor == file.tensor()) device->download(m.host, m.tensor->data, file.bytes());
    }
}

}  // namespace slopewise::cli
