use autotune::task;

pub trait Store {
    #[task]
    async fn get(&self, #[secret] key: &str) -> u32;
}

fn main() {}
