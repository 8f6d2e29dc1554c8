use std::collections::BTreeMap;
use std::sync::mpsc;
use std::thread;

fn primes(from: u32, to: u32) -> Vec<u32> {
    (from.max(2)..to).filter(|n| (2..).take_while(|d| d * d <= *n).all(|d| n % d != 0)).collect()
}

fn main() {
    let (sender, receiver) = mpsc::channel();
    for part in 0..4u32 {
        let sender = sender.clone();
        thread::spawn(move || sender.send((part, primes(part * 5000, part * 5000 + 5000))).unwrap());
    }
    drop(sender);
    let parts: BTreeMap<u32, Vec<u32>> = receiver.iter().collect();
    for (part, found) in &parts {
        println!("{} {} {:?}", part, found.len(), found.last());
    }
    let caught = std::panic::catch_unwind(|| parts[&9].len());
    println!("panicked: {}", caught.is_err());
    let child = std::process::Command::new("expr").args(["6", "*", "7"]).output().unwrap();
    print!("{}", String::from_utf8_lossy(&child.stdout));
}
