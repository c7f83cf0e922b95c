package io.needletail.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.needletail.server.config.Configuration;
import io.needletail.server.config.Option;
import io.needletail.server.config.OptionTable;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** One list of options behind validation, documentation and schema. */
class OptionTableTest {
    private static JsonSchema schema() throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            OptionTable.writeSchema(json);
        }
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(text.toString());
    }

    private static JsonNode json(Configuration configuration) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        Properties properties = configuration.toProperties();
        properties.stringPropertyNames().forEach(name -> node.put(name, properties.getProperty(name)));
        return node;
    }

    @Test
    void shouldMatchTheTableInTheDocumentation() throws IOException {
        Path document = Path.of(System.getProperty("needletail.home"), "appliance/server/OPTIONS.md");
        assertThat(Files.readString(document))
                .as("needletail config explain --markdown")
                .contains(OptionTable.markdown());
    }

    @Test
    void shouldAcceptEveryConfigurationThatItAcceptsItself() throws IOException {
        Configuration defaults = Configuration.of(new Properties(), null, List.of());
        assertThat(schema().validate(json(defaults))).isEmpty();
        Configuration other = Configuration.of(
                new Properties(),
                "latency",
                List.of("shards=3", "namespaces=orders:2,quotes:1", "lease=250ms", "driver=shared", "slab-bytes=2g"));
        assertThat(schema().validate(json(other))).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNoOptionOrNotItsForm() throws IOException {
        ObjectNode node = (ObjectNode) json(Configuration.of(new Properties(), null, List.of()));
        for (String wrong : new String[] {"many", "-1", "", "1e6"}) {
            node.put(Option.KEYED_SLOTS.key(), wrong);
            assertThat(schema().validate(node)).as(wrong).hasSize(1);
        }
        node.put(Option.KEYED_SLOTS.key(), "1");
        node.put("no-such-option", "1");
        assertThat(schema().validate(node)).hasSize(1);
    }

    @Test
    void shouldReadWhatItPrintsForEveryOption() {
        for (Option option : Option.values()) {
            String text = option.format(option.defaultValue());
            assertThat(option.parse(text)).as(option.key()).isEqualTo(option.defaultValue());
            assertThat(text).as(option.key()).matches(option.type().pattern());
        }
    }
}
