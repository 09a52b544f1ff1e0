//! Counts the allocations of this thread.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static COUNT: Cell<u32> = const { Cell::new(0) };
}

#[expect(
    unsafe_code,
    reason = "an allocator is unsafe to implement; this one hands everything on to the system's"
)]
// SAFETY: the calls are those of the system's allocator, unchanged; the counter is a plain number of the
// thread, whose access neither allocates nor unwinds.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get().wrapping_add(1)));
        // SAFETY: as promised by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as promised by the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// How many allocations each of `count` calls made.
pub(crate) async fn per_call<F: Future>(count: u32, work: impl FnOnce() -> F) -> f64 {
    let before = COUNT.get();
    std::hint::black_box(work().await);
    f64::from(COUNT.get().wrapping_sub(before)) / f64::from(count)
}
