#include <algorithm>
#include <future>
#include <iostream>
#include <map>
#include <memory>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

struct Shape {
    virtual ~Shape() = default;
    virtual double area() const = 0;
};

struct Square : Shape {
    double side;
    explicit Square(double side) : side(side)
    {
        if (side < 0) {
            throw std::invalid_argument("side " + std::to_string(side));
        }
    }
    double area() const override { return side * side; }
};

struct Circle : Shape {
    double radius;
    explicit Circle(double radius) : radius(radius) {}
    double area() const override { return 3.14159265358979 * radius * radius; }
};

int main()
{
    std::vector<std::unique_ptr<Shape>> shapes;
    for (int i = 0; i < 1000; i++) {
        if (i % 2) {
            shapes.push_back(std::make_unique<Square>(i));
        } else {
            shapes.push_back(std::make_unique<Circle>(i));
        }
    }
    auto half = [&](size_t from, size_t to) {
        double sum = 0;
        for (size_t i = from; i < to; i++) {
            sum += shapes[i]->area();
        }
        return sum;
    };
    auto left = std::async(std::launch::async, half, 0, 500);
    auto right = std::async(std::launch::async, half, 500, 1000);
    std::cout.precision(15);
    std::cout << left.get() + right.get() << '\n';
    try {
        Square bad(-1);
    } catch (const std::invalid_argument &error) {
        std::cout << "caught " << error.what() << '\n';
    }
    std::map<std::string, int> seen;
    std::string text = "the quick brown fox jumps over the lazy dog and the cat";
    std::regex word("[a-z]+");
    for (std::sregex_iterator i(text.begin(), text.end(), word), end; i != end; ++i) {
        seen[i->str()]++;
    }
    for (const auto &[key, count] : seen) {
        std::cout << key << ' ' << count << '\n';
    }
    return 0;
}
