package io.needletail.server.config;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** The list of options in the forms that people and programs read. All of it comes from {@link Option}. */
public final class OptionTable {
    private OptionTable() {}

    /** For a terminal. */
    public static String text() {
        StringBuilder text = new StringBuilder();
        text.append(String.format("%-22s %-24s %-12s %-24s %s%n", "option", "unit", "default", "range", "what"));
        for (Option option : Option.values()) {
            text.append(String.format(
                    "%-22s %-24s %-12s %-24s %s%n",
                    option.key(),
                    option.type().unit(),
                    option.format(option.defaultValue()),
                    option.range(),
                    what(option)));
        }
        for (TextOption option : TextOption.values()) {
            text.append(
                    String.format("%-22s %-24s %-12s %-24s %s%n", option.key(), option.unit(), "", "", option.help()));
        }
        return text.toString();
    }

    /** The documentation's table; a test compares it with what is written there. */
    public static String markdown() {
        StringBuilder text = new StringBuilder("| option | unit | default | range | what |\n|---|---|---|---|---|\n");
        for (Option option : Option.values()) {
            text.append(String.format(
                    "| `%s` | %s | %s | %s | %s |%n",
                    option.key(),
                    option.type().unit(),
                    option.format(option.defaultValue()),
                    option.range(),
                    what(option)));
        }
        for (TextOption option : TextOption.values()) {
            text.append(String.format("| `%s` | %s | | | %s |%n", option.key(), option.unit(), option.help()));
        }
        return text.toString();
    }

    private static String what(Option option) {
        return option.help() + (option.formatsRegion() ? " (fixed when formatted)" : "");
    }

    /** A JSON schema of a configuration: an object with a text for every option that is set. */
    public static void writeSchema(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("$schema", "https://json-schema.org/draft/2020-12/schema");
        json.writeStringField("title", "Needletail configuration");
        json.writeStringField("type", "object");
        json.writeBooleanField("additionalProperties", false);
        json.writeObjectFieldStart("properties");
        json.writeObjectFieldStart(Configuration.PROFILE_KEY);
        json.writeArrayFieldStart("enum");
        for (String profile : Profile.names()) {
            json.writeString(profile);
        }
        json.writeEndArray();
        json.writeEndObject();
        for (TextOption option : TextOption.values()) {
            json.writeObjectFieldStart(option.key());
            json.writeStringField("type", "string");
            json.writeStringField("pattern", option.pattern());
            json.writeStringField("description", option.help());
            json.writeEndObject();
        }
        for (Option option : Option.values()) {
            writeProperty(json, option);
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void writeProperty(JsonGenerator json, Option option) throws IOException {
        json.writeObjectFieldStart(option.key());
        json.writeStringField("type", "string");
        json.writeStringField("pattern", "^(" + option.type().pattern() + ")$");
        json.writeStringField("default", option.format(option.defaultValue()));
        json.writeStringField("description", what(option) + "; " + option.type().unit() + ", " + option.range());
        json.writeEndObject();
    }
}
