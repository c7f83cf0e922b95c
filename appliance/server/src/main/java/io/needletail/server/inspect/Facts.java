package io.needletail.server.inspect;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What was found out about something, by name and in order: numbers, texts, and facts of its parts. */
public final class Facts {
    private static final String INDENT = "  ";

    private final Map<String, Object> facts = new LinkedHashMap<>();

    /** @param value a number, a text, a yes or no, null, facts, or many of them */
    public Facts put(String name, Object value) {
        facts.put(name, value);
        return this;
    }

    /** The value, or null. */
    public Object get(String name) {
        return facts.get(name);
    }

    /** A line a fact; parts are indented. */
    public void print(PrintStream out) {
        print(out, "");
    }

    private void print(PrintStream out, String indent) {
        facts.forEach((name, value) -> {
            switch (value) {
                case Facts part -> {
                    out.println(indent + name);
                    part.print(out, indent + INDENT);
                }
                case Collection<?> parts
                when parts.stream().allMatch(Facts.class::isInstance) -> {
                    for (Object part : parts) {
                        out.println(indent + name);
                        ((Facts) part).print(out, indent + INDENT);
                    }
                }
                case null -> out.printf("%s%-20s -%n", indent, name);
                default -> out.printf("%s%-20s %s%n", indent, name, value);
            }
        });
    }

    /** The values alone on one line, between tabs, without those that there are not. */
    public String line() {
        return String.join(
                "\t",
                facts.values().stream()
                        .filter(Objects::nonNull)
                        .map(Object::toString)
                        .toList());
    }

    public void write(JsonGenerator out) throws IOException {
        out.writeStartObject();
        for (Map.Entry<String, Object> fact : facts.entrySet()) {
            out.writeFieldName(fact.getKey());
            write(out, fact.getValue());
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Object value) throws IOException {
        switch (value) {
            case null -> out.writeNull();
            case Facts part -> part.write(out);
            case Collection<?> parts -> {
                out.writeStartArray();
                for (Object part : parts) {
                    write(out, part);
                }
                out.writeEndArray();
            }
            case Long number -> out.writeNumber(number);
            case Integer number -> out.writeNumber(number);
            case Boolean yes -> out.writeBoolean(yes);
            default -> out.writeString(value.toString());
        }
    }
}
