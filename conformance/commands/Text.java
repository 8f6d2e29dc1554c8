import java.util.*; import java.util.concurrent.*; import java.security.*; import java.io.*;
public class Text {
    interface Shape { double area(); }
    record Circle(double r) implements Shape { public double area() { return Math.PI * r * r; } }
    record Square(double s) implements Shape { public double area() { return s * s; } }
    static int fib(int n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
    public static void main(String[] args) throws Exception {
        System.out.println(fib(25));
        StringBuilder b = new StringBuilder(); for (int i = 0; i < 20000; i++) b.append("word").append(i * 7919L % 613).append(' ');
        System.out.println(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(b.toString().getBytes())));
        Map<String, Integer> count = new TreeMap<>(); for (String w : b.toString().split(" ")) count.merge(w, 1, Integer::sum);
        System.out.println(count.size() + " " + count.get("word7"));
        double total = 0; for (int i = 0; i < 300000; i++) { Shape s = i % 2 == 0 ? new Circle(i % 10) : new Square(i % 7); total += s.area(); }
        System.out.println(total);
        try { Object o = null; o.hashCode(); } catch (NullPointerException e) { System.out.println("null caught"); }
        try { System.out.println(1 / (args.length)); } catch (ArithmeticException e) { System.out.println(e.getMessage()); }
        try { recurse(0); } catch (StackOverflowError e) { System.out.println("stack overflow caught"); }
        ExecutorService pool = Executors.newFixedThreadPool(3); List<Future<Long>> results = new ArrayList<>();
        for (int t = 0; t < 6; t++) { final int seed = t; results.add(pool.submit(() -> { long x = seed; for (int i = 0; i < 100000; i++) x = x * 6364136223846793005L + 1; return x; })); }
        for (Future<Long> f : results) System.out.println(f.get()); pool.shutdown();
        File f = new File("out.txt"); try (FileWriter w = new FileWriter(f)) { w.write("hello"); }
        try (BufferedReader r = new BufferedReader(new FileReader(f))) { System.out.println(r.readLine() + f.length() + f.delete() + f.exists()); }
        System.gc(); System.out.println(String.format("%.6f %s", Math.sin(0.7), Arrays.toString(new int[] { 3, 1, 2 })));
    }
    static int recurse(int n) { return recurse(n + 1) + 1; }
}
