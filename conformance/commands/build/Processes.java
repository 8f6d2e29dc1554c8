import java.util.concurrent.*;
import java.util.stream.*;

public class Processes {
    public static void main(String[] args) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            var sums = pool.invokeAll(IntStream.range(0, 8)
                .<Callable<Long>>mapToObj(part -> () -> LongStream.range(part * 1000L, part * 1000L + 1000).map(n -> n * n).sum())
                .toList());
            for (var sum : sums) {
                System.out.println(sum.get());
            }
        } finally {
            pool.shutdown();
        }
        Process child = new ProcessBuilder("expr", "6", "*", "7").start();
        System.out.print(new String(child.getInputStream().readAllBytes()));
        System.out.println("ended with " + child.waitFor());
    }
}
