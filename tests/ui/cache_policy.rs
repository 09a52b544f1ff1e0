use autotune::prelude::*;

#[task(cache_policy = INPUTS - "tokens")]
async fn a(url: String, token: String) -> usize {
    url.len() + token.len()
}

#[task(cache_policy = INPUT + FLOW_PARAMETERS, cache_expiration = "1h")]
async fn b(url: String) -> usize {
    url.len()
}

#[task(cache_policy = NO_CACHE, cache_expiration = "1h")]
async fn c(url: String) -> usize {
    url.len()
}

// CAC-11
#[task(cache_policy = INPUTS, cache_key = "{url}")]
async fn d(url: String) -> usize {
    url.len()
}

fn main() {}
