package io.needletail.bench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;

/** Validates what the verbs write against the schemas that the product ships. */
final class JsonSchemas {
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private JsonSchemas() {}

    /** @param resource absolute name on the class path */
    static void assertValid(String resource, JsonNode json) {
        assertThat(faults(resource, json)).as(resource).isEmpty();
    }

    static Iterable<?> faults(String resource, JsonNode json) {
        JsonSchema schema = FACTORY.getSchema(JsonSchemas.class.getResourceAsStream(resource));
        return schema.validate(json);
    }
}
