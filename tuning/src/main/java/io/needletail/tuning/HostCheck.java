package io.needletail.tuning;

import io.needletail.memory.CpuTopology;
import io.needletail.memory.HostTree;

/** Looks at one property of a host. Pure: what it says depends on the tree alone. */
public abstract class HostCheck {
    private final String name;
    private final String why;

    /**
     * @param name the property, one word
     * @param why what it means for this product
     */
    protected HostCheck(String name, String why) {
        this.name = name;
        this.why = why;
    }

    public final String name() {
        return name;
    }

    public abstract Finding examine(HostTree host, CpuTopology topology);

    protected final Finding ok(String observed) {
        return new Finding(name, Verdict.OK, observed, why, "");
    }

    protected final Finding warn(String observed, String remedy) {
        return new Finding(name, Verdict.WARN, observed, why, remedy);
    }

    protected final Finding fail(String observed, String remedy) {
        return new Finding(name, Verdict.FAIL, observed, why, remedy);
    }
}
