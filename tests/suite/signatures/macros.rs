//! Functions that a macro writes, with tokens from two places.

use super::*;

macro_rules! tasks {
    ($($name:ident($argument:ident: $ty:ty) -> $output:ty, $limit:literal, $limit_of_flow:expr, $body:block)*) => {
        $(
            #[task(
                timeout = $limit, retries = 1, cache_key = "{number}",
                task_run_name = "t-{number}"
            )]
            async fn $name($argument: $ty, number: u32) -> $output {
                let _ = number;
                $body
            }
        )*
        mod flows {
            use super::*;
            $(
                #[flow(timeout = $limit_of_flow)]
                async fn $name(
                    #[garde(range(min = 1))] $argument: $ty,
                ) -> $output $body

                pub(super) fn called() -> impl Future<Output = $output> {
                    $name(2)
                }
            )*
        }
    };
}

tasks! {
    doubled(half: u32) -> anyhow::Result<u32>, "1m", std::time::Duration::from_secs(5), { Ok(half * 2) }
}

#[tokio::test]
async fn tokens_from_two_places() {
    assert_eq!(doubled(2, 1).await.expect("it does not fail"), 4);
    assert_eq!(flows::called().await.expect("it is valid"), 4);
}
