package io.needletail.client;

import io.needletail.protocol.AddByHandleEncoder;
import io.needletail.protocol.AddByKeyEncoder;
import io.needletail.protocol.AllocateEncoder;
import io.needletail.protocol.ClearByHandleEncoder;
import io.needletail.protocol.ClearByKeyEncoder;
import io.needletail.protocol.DeleteByHandleEncoder;
import io.needletail.protocol.DeleteByKeyEncoder;
import io.needletail.protocol.GetAtLevelEncoder;
import io.needletail.protocol.GetByKeyEncoder;
import io.needletail.protocol.InsertEncoder;
import io.needletail.protocol.KeepAliveEncoder;
import io.needletail.protocol.PutByHandleEncoder;
import io.needletail.protocol.PutByKeyEncoder;
import io.needletail.protocol.PutForByHandleEncoder;
import io.needletail.protocol.PutForByKeyEncoder;
import io.needletail.protocol.PutIfByHandleEncoder;
import io.needletail.protocol.PutIfByKeyEncoder;
import io.needletail.protocol.ResolveEncoder;
import io.needletail.protocol.RevalidateEncoder;
import io.needletail.protocol.ScanEncoder;
import io.needletail.protocol.TouchByHandleEncoder;
import io.needletail.protocol.TouchByKeyEncoder;

/** One reusable encoder for each request but a get by handle, so that sending allocates nothing. */
final class RequestEncoders {
    final GetAtLevelEncoder getAtLevel = new GetAtLevelEncoder();
    final GetByKeyEncoder getByKey = new GetByKeyEncoder();
    final ResolveEncoder resolve = new ResolveEncoder();
    final PutByHandleEncoder putByHandle = new PutByHandleEncoder();
    final PutByKeyEncoder putByKey = new PutByKeyEncoder();
    final InsertEncoder insert = new InsertEncoder();
    final DeleteByHandleEncoder deleteByHandle = new DeleteByHandleEncoder();
    final DeleteByKeyEncoder deleteByKey = new DeleteByKeyEncoder();
    final RevalidateEncoder revalidate = new RevalidateEncoder();
    final PutIfByHandleEncoder putIfByHandle = new PutIfByHandleEncoder();
    final PutIfByKeyEncoder putIfByKey = new PutIfByKeyEncoder();
    final AddByHandleEncoder addByHandle = new AddByHandleEncoder();
    final AddByKeyEncoder addByKey = new AddByKeyEncoder();
    final ClearByHandleEncoder clearByHandle = new ClearByHandleEncoder();
    final ClearByKeyEncoder clearByKey = new ClearByKeyEncoder();
    final PutForByHandleEncoder putForByHandle = new PutForByHandleEncoder();
    final PutForByKeyEncoder putForByKey = new PutForByKeyEncoder();
    final TouchByHandleEncoder touchByHandle = new TouchByHandleEncoder();
    final TouchByKeyEncoder touchByKey = new TouchByKeyEncoder();
    final AllocateEncoder allocate = new AllocateEncoder();
    final ScanEncoder scan = new ScanEncoder();
    final KeepAliveEncoder keepAlive = new KeepAliveEncoder();
}
