package io.needletail.protocol;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Writes a C++ program from the schemas. It takes {@code NAME=HEX} arguments and prints, for each, the name, the bytes that its
 * own encoder makes of what it decoded, and the fields in the form of the golden vectors.
 */
final class CppVectorProgram {
    private final StringBuilder text = new StringBuilder();
    private final Map<String, String> kinds = new HashMap<>();
    private final Map<String, List<String>> choices = new HashMap<>();
    private String space;

    private CppVectorProgram() {}

    static String of(Path schemas) throws Exception {
        CppVectorProgram program = new CppVectorProgram();
        program.line("#include <cstdio>");
        program.line("#include <iostream>");
        program.line("#include <sstream>");
        program.line("#include <string>");
        program.line("#include <vector>");
        Document session = parse(schemas.resolve("session-protocol.xml"));
        Document record = parse(schemas.resolve("mutation-record.xml"));
        List<Element> messages = children(session.getDocumentElement(), "sbe:message");
        for (Element message : messages) {
            program.line("#include \"io_needletail_protocol/" + message.getAttribute("name") + ".h\"");
        }
        program.line("#include \"io_needletail_protocol_record/Mutation.h\"");
        program.functions(session, "io::needletail::protocol");
        program.functions(record, "io::needletail::protocol::record");
        program.main(messages);
        return program.text.toString();
    }

    private static Document parse(Path file) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (node instanceof Element element
                    && (name == null || element.getTagName().equals(name))) {
                found.add(element);
            }
        }
        return found;
    }

    private void functions(Document schema, String namespace) {
        space = namespace;
        kinds.clear();
        for (Element type :
                children(children(schema.getDocumentElement(), "types").get(0), null)) {
            kinds.put(type.getAttribute("name"), type.getTagName());
            choices.put(
                    type.getAttribute("name"),
                    children(type, "choice").stream()
                            .map(choice -> choice.getAttribute("name"))
                            .toList());
        }
        for (Element message : children(schema.getDocumentElement(), "sbe:message")) {
            function(message);
        }
    }

    private void function(Element message) {
        String name = message.getAttribute("name");
        String type = space + "::" + name;
        line("static std::size_t copy_" + name
                + "(std::vector<char> &from, std::vector<char> &to, std::ostream &out) {");
        line("    " + type + " in, again;");
        if (name.equals("Mutation")) {
            line("    in.wrapForDecode(from.data(), 0, 64, 1, from.size());");
            line("    again.wrapForEncode(to.data(), 0, to.size());");
        } else {
            line("    " + space + "::MessageHeader header;");
            line("    header.wrap(from.data(), 0, 0, from.size());");
            line(
                    "    in.wrapForDecode(from.data(), header.encodedLength(), header.blockLength(), header.version(), from.size());");
            line("    again.wrapAndApplyHeader(to.data(), 0, to.size());");
        }
        line("    const char *between = \"\";");
        fields(message, "in", "again", "    ");
        line(
                name.equals("Mutation")
                        ? "    return 64;"
                        : "    return " + space + "::MessageHeader::encodedLength() + again.encodedLength();");
        line("}");
    }

    private void fields(Element parent, String in, String again, String indent) {
        for (Element child : children(parent, null)) {
            String name = child.getAttribute("name");
            line(indent + "out << between << \"" + name + "=\"; between = \"|\";");
            switch (child.getTagName()) {
                case "field" -> field(child, in, again, indent);
                case "data" -> data(child, in, again, indent);
                default -> group(child, in, again, indent);
            }
        }
    }

    private void field(Element field, String in, String again, String indent) {
        String name = field.getAttribute("name");
        String type = field.getAttribute("type");
        String kind = kinds.getOrDefault(type, "");
        if (kind.equals("set")) {
            line(indent + "{ const char *comma = \"\"; out << '{'; " + again + "." + name + "().clear();");
            for (String choice : choices.get(type)) {
                line(indent + "  if (" + in + "." + name + "()." + choice + "()) { out << comma << \"" + choice
                        + "\"; comma = \",\"; " + again + "." + name + "()." + choice + "(true); }");
            }
            line(indent + "  out << '}'; }");
        } else if (kind.equals("enum")) {
            line(indent + "out << " + space + "::" + type + "::c_str(" + in + "." + name + "()); " + again + "." + name
                    + "(" + in + "." + name + "());");
        } else {
            String cast = type.equals("uint64") ? "static_cast<std::int64_t>" : "+"; // as Java prints it
            line(indent + "out << " + cast + "(" + in + "." + name + "()); " + again + "." + name + "(" + in + "."
                    + name + "());");
        }
    }

    private void data(Element data, String in, String again, String indent) {
        String name = data.getAttribute("name");
        String put = "put" + Character.toUpperCase(name.charAt(0)) + name.substring(1);
        boolean isText = data.getAttribute("type").equals("varText");
        line(indent + "{ const auto length = " + in + "." + name + "Length(); const char *bytes = " + in + "." + name
                + "();");
        line(indent
                + (isText
                        ? "  out << '\\'' << std::string(bytes, length) << '\\'';"
                        : "  out << length << \" bytes of raw data\";"));
        line(indent + "  " + again + "." + put + "(std::string(bytes, length)); }");
    }

    private void group(Element group, String in, String again, String indent) {
        String name = group.getAttribute("name");
        line(indent + "{ auto &from = " + in + "." + name + "(); auto &to = " + again + "." + name
                + "Count(static_cast<std::uint16_t>(from.count()));");
        line(indent + "  const char *comma = \"\"; out << '[';");
        line(
                indent
                        + "  while (from.hasNext()) { from.next(); to.next(); out << comma << '('; comma = \",\"; const char *between = \"\";");
        fields(group, "from", "to", indent + "    ");
        line(indent + "    out << ')'; }");
        line(indent + "  out << ']'; }");
    }

    private void main(List<Element> messages) {
        line("int main(int count, char **arguments) {");
        line("    for (int i = 1; i < count; i++) {");
        line("        const std::string argument{arguments[i]};");
        line("        const std::string name = argument.substr(0, argument.find('='));");
        line("        const std::string hex = argument.substr(argument.find('=') + 1);");
        line("        std::vector<char> from, to(4096);");
        line("        for (std::size_t at = 0; at < hex.size(); at += 2)");
        line("            from.push_back(static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16)));");
        line("        std::ostringstream out;");
        line("        std::size_t length = 0;");
        for (Element message : messages) {
            String name = message.getAttribute("name");
            line("        if (name == \"" + name + "\") length = copy_" + name + "(from, to, out);");
        }
        line("        if (name == \"Mutation\") length = copy_Mutation(from, to, out);");
        line("        std::cout << name << ' ' << std::flush;");
        line(
                "        for (std::size_t at = 0; at < length; at++) std::printf(\"%02x\", static_cast<unsigned char>(to[at])), std::fflush(stdout);");
        line("        std::cout << ' ' << out.str() << std::endl;");
        line("    }");
        line("}");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }
}
