#[tracing::instrument]
#[::autotune::__private::task(__settled, retries = 0)]
/// Doubles.
#[must_use]
async fn double(number: u32) -> u32 {
    number * 2
}
