use autotune::task;

#[task]
async fn load(bytes: Vec<u8>) -> usize {
    let moved = bytes;
    bytes.len() + moved.len()
}

fn main() {}
