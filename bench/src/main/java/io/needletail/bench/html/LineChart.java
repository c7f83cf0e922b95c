package io.needletail.bench.html;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines over two axes, as SVG that takes its colours from the page: it follows light and dark, and shrinks with its column. */
final class LineChart {
    private static final int WIDTH = 520;
    private static final int HEIGHT = 300;
    private static final int LEFT = 64;
    private static final int RIGHT = 14;
    private static final int TOP = 12;
    private static final int BOTTOM = 46;
    private static final int COLOURS = 8;
    /** Width of one of a tick's label, and some. */
    private static final int CHARACTER = 7;

    /** Points in the order of their x; what is between two is drawn straight. Lines of one kind have one colour. */
    record Line(String name, String kind, List<double[]> points, boolean dashed) {}

    /** A span of x that is shaded, with what it was. */
    record Band(double from, double to, String title) {}

    private final Axis x;
    private final Axis y;
    private final List<Line> lines = new ArrayList<>();
    private final List<Band> bands = new ArrayList<>();
    private final String title;

    LineChart(String title, Axis x, Axis y) {
        this.title = title;
        this.x = x;
        this.y = y;
    }

    LineChart line(String name, List<double[]> points) {
        return line(name, name, points);
    }

    /** The same for one that has the colour of its kind. */
    LineChart line(String name, String kind, List<double[]> points) {
        lines.add(new Line(name, kind, points, false));
        return this;
    }

    LineChart dashed(String name, String kind, List<double[]> points) {
        lines.add(new Line(name, kind, points, true));
        return this;
    }

    LineChart band(double from, double to, String what) {
        bands.add(new Band(from, to, what));
        return this;
    }

    String html() {
        StringBuilder svg = new StringBuilder();
        svg.append("<figure><figcaption>").append(Html.text(title)).append("</figcaption>");
        svg.append(String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                HEIGHT,
                Html.text(title)));
        bands.forEach(band -> svg.append(band(band)));
        y.ticks().forEach(tick -> svg.append(horizontal(tick)));
        double last = x.ticks().getLast();
        x.ticks().forEach(tick -> svg.append(vertical(tick, tick == last || isClearOf(tick, last))));
        svg.append(label(LEFT + plotWidth() / 2.0, HEIGHT - 6, "middle", "axis", x.label()));
        List<String> kinds = kinds();
        for (Line line : lines) {
            svg.append(polyline(line, kinds.indexOf(line.kind()) % COLOURS));
        }
        return svg.append("</svg>").append(legend()).append("</figure>").toString();
    }

    private List<String> kinds() {
        return lines.stream().map(Line::kind).distinct().toList();
    }

    private static int plotWidth() {
        return WIDTH - LEFT - RIGHT;
    }

    private static int plotHeight() {
        return HEIGHT - TOP - BOTTOM;
    }

    private double atX(double value) {
        return LEFT + plotWidth() * x.place(value);
    }

    private double atY(double value) {
        return TOP + plotHeight() * (1 - y.place(value));
    }

    private String horizontal(double tick) {
        double at = atY(tick);
        return String.format(
                        Locale.ROOT,
                        "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>",
                        LEFT,
                        WIDTH - RIGHT,
                        at,
                        at)
                + label(LEFT - 6, at + 4, "end", "tick", y.format().apply(tick));
    }

    /** Whether its label ends before that of the last one begins. */
    private boolean isClearOf(double tick, double last) {
        double lastWidth = CHARACTER * x.format().apply(last).length();
        double begin = atX(last) - (anchor(last).equals("end") ? lastWidth : lastWidth / 2);
        return atX(tick) + CHARACTER * x.format().apply(tick).length() / 2.0 < begin;
    }

    private String vertical(double tick, boolean isLabelled) {
        double at = atX(tick);
        return String.format(
                        Locale.ROOT,
                        "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                        at,
                        at,
                        TOP,
                        HEIGHT - BOTTOM)
                + (isLabelled
                        ? label(
                                at,
                                HEIGHT - BOTTOM + 16,
                                anchor(tick),
                                "tick",
                                x.format().apply(tick))
                        : "");
    }

    /** The last one must not stick out. */
    private String anchor(double tick) {
        return x.place(tick) > 0.97 ? "end" : "middle";
    }

    private static String label(double at, double from, String anchor, String style, String text) {
        return String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>",
                style,
                at,
                from,
                anchor,
                Html.text(text));
    }

    private String band(Band band) {
        double from = atX(band.from());
        return String.format(
                Locale.ROOT,
                "<rect class=\"band\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"><title>%s</title></rect>",
                from,
                TOP,
                Math.max(1.0, atX(band.to()) - from),
                plotHeight(),
                Html.text(band.title()));
    }

    private String polyline(Line line, int colour) {
        StringBuilder points = new StringBuilder();
        for (double[] point : line.points()) {
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", atX(point[0]), atY(point[1])));
        }
        return "<polyline class=\"line c" + colour + (line.dashed() ? " dashed" : "") + "\" points=\""
                + points.toString().strip() + "\"><title>" + Html.text(line.name()) + "</title></polyline>";
    }

    private String legend() {
        StringBuilder legend = new StringBuilder("<ul class=\"legend\">");
        List<String> kinds = kinds();
        for (Line line : lines) {
            legend.append("<li><span class=\"key c")
                    .append(kinds.indexOf(line.kind()) % COLOURS)
                    .append(line.dashed() ? " dashed" : "")
                    .append("\"></span>")
                    .append(Html.text(line.name()))
                    .append("</li>");
        }
        return legend.append("</ul>").toString();
    }
}
