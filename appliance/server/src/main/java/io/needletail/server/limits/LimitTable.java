package io.needletail.server.limits;

import com.fasterxml.jackson.core.JsonGenerator;
import io.needletail.server.config.Configuration;
import java.io.IOException;

/** The limits as a configuration sets them, for people, for the documentation and for programs. */
public final class LimitTable {
    private LimitTable() {}

    /** For a terminal. */
    public static String text(Configuration configuration) {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%-56s %-10s %-23s %-34s %s%n", "limit", "value", "set by", "beyond it", "counter"));
        for (Limit limit : Limit.values()) {
            text.append(String.format(
                    "%-56s %-10s %-23s %-34s %s%n",
                    limit.what(), limit.value(configuration), limit.setBy(), limit.beyond(), limit.countedBy()));
        }
        return text.toString();
    }

    /** The documentation's table; a test compares it with what is written there. */
    public static String markdown(Configuration configuration) {
        StringBuilder text =
                new StringBuilder("| limit | default | set by | beyond it | counter |\n|---|---|---|---|---|\n");
        for (Limit limit : Limit.values()) {
            text.append(String.format(
                    "| %s | %s | `%s` | %s | `%s` |%n",
                    limit.what(), limit.value(configuration), limit.setBy(), limit.beyond(), limit.countedBy()));
        }
        return text.toString();
    }

    /** An array with an object for every limit. */
    public static void writeJson(JsonGenerator json, Configuration configuration) throws IOException {
        json.writeStartArray();
        for (Limit limit : Limit.values()) {
            json.writeStartObject();
            json.writeStringField("limit", limit.what());
            json.writeStringField("value", limit.value(configuration));
            json.writeStringField("setBy", limit.setBy());
            json.writeStringField("beyond", limit.beyond().toString());
            json.writeStringField("counter", limit.countedBy());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
