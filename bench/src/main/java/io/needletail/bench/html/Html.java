package io.needletail.bench.html;

import java.util.List;

/** Pieces of the page. */
final class Html {
    private Html() {}

    /** Text that may hold anything. */
    static String text(String raw) {
        return raw.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    static String section(String id, String title, String body) {
        return "<section id=\"" + id + "\"><h2>" + text(title) + "</h2>" + body + "</section>";
    }

    static String note(String text) {
        return "<p class=\"note\">" + text(text) + "</p>";
    }

    /** Cells are text, but for those that {@link #marked} made. */
    static String table(List<String> head, List<List<String>> rows) {
        StringBuilder table = new StringBuilder("<div class=\"wide\"><table><thead><tr>");
        head.forEach(cell -> table.append("<th>").append(text(cell)).append("</th>"));
        table.append("</tr></thead><tbody>");
        for (List<String> row : rows) {
            table.append("<tr>");
            row.forEach(cell -> table.append("<td>").append(cell(cell)).append("</td>"));
            table.append("</tr>");
        }
        return table.append("</tbody></table></div>").toString();
    }

    private static final String MARK = "\u0001";

    /** A cell that stands out: good or bad. */
    static String marked(String style, String cell) {
        return MARK + style + MARK + cell;
    }

    /** A long name breaks where it is read. */
    static String name(String raw) {
        return text(raw).replaceAll("([./])(?=[a-zA-Z])", "$1<wbr>");
    }

    private static String cell(String cell) {
        if (!cell.startsWith(MARK)) {
            return text(cell)
                    .replaceAll("([./])(?=[a-zA-Z])", "$1<wbr>"); // long names of ratios break where they are read
        }
        int end = cell.indexOf(MARK, 1);
        return "<span class=\"" + cell.substring(1, end) + "\">" + text(cell.substring(end + 1)) + "</span>";
    }

    /** A figure that is to be seen first. */
    static String tile(String figure, String what) {
        return "<div class=\"tile\"><b>" + text(figure) + "</b><span>" + text(what) + "</span></div>";
    }
}
