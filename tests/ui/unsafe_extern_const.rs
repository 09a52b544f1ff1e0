use autotune::task;

#[task]
async unsafe fn without_rules() {}

#[task]
extern "C" fn of_another_language() {}

#[task]
const fn at_compile_time() {}

fn main() {}
