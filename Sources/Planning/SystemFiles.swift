/// The files of /etc that are the same in each sandbox, whatever its root file system is.
///
/// Each costs a start 9 us, so what few programs need is not among them.
enum SystemFiles {
  static func add(to steps: inout [SetupStep], _ identity: Identity, hostName: String) {
    let (user, group) = (String(identity.user), String(identity.group))
    add(to: &steps, "group", "root:x:0:\ncapsule:x:", group, ":\nnogroup:x:65534:\n")
    add(to: &steps, "hostname", hostName, "\n")
    add(to: &steps, "hosts", "127.0.0.1 localhost ", hostName, "\n::1 localhost ", hostName, "\n")
    steps.append(.machineID(MachineIDStep(path: "/etc/machine-id")))
    add(
      to: &steps, "nsswitch.conf",
      "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n")
    add(
      to: &steps, "passwd", "root:x:0:0:root:/:/usr/sbin/nologin\ncapsule:x:", user, ":", group,
      "::/tmp:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n")
    add(to: &steps, "protocols", protocols)
    add(to: &steps, "resolv.conf", "# this sandbox has no name server\n")
    add(to: &steps, "services", services)
  }

  private static func add(to steps: inout [SetupStep], _ name: String, _ content: String...) {
    var bytes: [UInt8] = []
    for part in content { bytes.append(contentsOf: part.utf8) }
    steps.append(.file(FileStep(path: "/etc/" + name, content: bytes)))
  }

  /// What programs ask for by name; a longer list would be that of one distribution.
  private static let protocols = """
    ip 0 IP
    icmp 1 ICMP
    igmp 2 IGMP
    tcp 6 TCP
    udp 17 UDP
    dccp 33 DCCP
    ipv6 41 IPv6
    gre 47 GRE
    esp 50 IPSEC-ESP
    ah 51 IPSEC-AH
    ipv6-icmp 58 IPv6-ICMP
    sctp 132 SCTP
    udplite 136 UDPLite
    mptcp 262 MPTCP

    """

  private static let services = """
    echo 7/tcp
    echo 7/udp
    discard 9/tcp
    discard 9/udp
    ftp 21/tcp
    ssh 22/tcp
    telnet 23/tcp
    smtp 25/tcp mail
    time 37/tcp timserver
    domain 53/tcp
    domain 53/udp
    tftp 69/udp
    http 80/tcp www
    kerberos 88/tcp kerberos5 krb5
    kerberos 88/udp kerberos5 krb5
    pop3 110/tcp pop-3
    sunrpc 111/tcp portmapper
    sunrpc 111/udp portmapper
    ntp 123/udp
    imap2 143/tcp imap
    snmp 161/udp
    ldap 389/tcp
    https 443/tcp
    https 443/udp
    submissions 465/tcp smtps
    syslog 514/udp
    submission 587/tcp
    ldaps 636/tcp
    rsync 873/tcp
    imaps 993/tcp
    pop3s 995/tcp
    mqtt 1883/tcp
    nfs 2049/tcp
    mysql 3306/tcp
    postgresql 5432/tcp postgres
    amqp 5672/tcp
    redis 6379/tcp
    http-alt 8080/tcp webcache
    mqtts 8883/tcp secure-mqtt
    git 9418/tcp

    """
}
