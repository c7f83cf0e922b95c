package io.needletail.bench.instructions;

import io.needletail.bench.micro.SubjectLoop;
import java.util.Map;

/** A process that does one subject's operation over and over while its instructions are counted. */
public final class InstructionsRole {
    private InstructionsRole() {}

    public static void run(Map<String, String> settings) throws Exception {
        SubjectLoop.run(
                CountedSubjects.ALL.get(settings.get("subject")),
                Integer.parseInt(settings.get("entries")),
                Integer.parseInt(settings.get("core")));
    }
}
