interface Shape { double area(); }
interface Scalable extends Shape { void scale(double k); }
abstract class Polygon implements Shape { }
class Square extends Polygon implements Scalable {
    public double area() { return 1; }
    public void scale(double k) { }
}
record Circle(double r) implements Shape {
    public double area() { return 3.14 * r * r; }
}
