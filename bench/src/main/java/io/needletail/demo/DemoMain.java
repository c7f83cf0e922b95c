package io.needletail.demo;

/** placeholder */
public final class DemoMain {
    private DemoMain() {}

    public static void main(String[] args) {}
}
