#include "tests/engine/cel/counted_memory.h"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace talentcard::cel {
namespace {

thread_local long now = 0;
thread_local long most = 0;

}  // namespace

void BeginToCountMemory() { now = most = 0; }
long MostMemory() { return most; }

static void* Allocate(std::size_t size) {
  void* memory = std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  now += static_cast<long>(malloc_usable_size(memory));
  most = std::max(most, now);
  return memory;
}

static void Free(void* memory) {
  if (memory != nullptr) now -= static_cast<long>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace talentcard::cel

void* operator new(std::size_t size) { return talentcard::cel::Allocate(size); }
void operator delete(void* memory) noexcept { talentcard::cel::Free(memory); }
void operator delete(void* memory, std::size_t) noexcept {
  talentcard::cel::Free(memory);
}
