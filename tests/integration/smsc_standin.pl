#!/usr/bin/perl
# An SMSC by Debian's libnet-smpp-perl, another's reading of SMPP 3.4: binds whoever knows the
# password, takes messages, and reports each one. What it takes is a line on its standard output.
#   smsc_standin.pl PORT
# A number ending in 001 is taken and not answered, 002 refused (invalid destination), 003 throttled,
# 004 reported as undelivered, 005 reported before it is answered.
use strict;
use warnings;
use Net::SMPP;

$| = 1;
my ($port) = @ARGV;
my $listen = Net::SMPP->new_listen('127.0.0.1', port => $port, smpp_version => 0x34) or die "listen: $!";
print "ready\n";
$SIG{CHLD} = 'IGNORE';
my $count = 0xA0;
while (my $esme = $listen->accept) {
    next if fork;
    while (my $pdu = $esme->read_pdu) {
        my ($cmd, $seq) = ($pdu->{cmd}, $pdu->{seq});
        if ($cmd == Net::SMPP::CMD_bind_transceiver) {
            my $known = $pdu->{system_id} eq 'motcua' && $pdu->{password} eq 'secret';
            $esme->bind_transceiver_resp(system_id => 'smsc', seq => $seq, status => $known ? 0 : 0x0E);
            print "bound $pdu->{system_id}\n" if $known;
        }
        elsif ($cmd == Net::SMPP::CMD_submit_sm) { take($esme, $pdu) }
        elsif ($cmd == Net::SMPP::CMD_enquire_link) { $esme->enquire_link_resp(seq => $seq) }
        elsif ($cmd == Net::SMPP::CMD_deliver_sm_resp) { print "acknowledged $pdu->{status}\n" }
        elsif ($cmd == Net::SMPP::CMD_unbind) { $esme->unbind_resp(seq => $seq); print "unbound\n"; exit }
    }
    exit;
}

sub take {
    my ($esme, $pdu) = @_;
    my ($to, $seq) = ($pdu->{destination_addr}, $pdu->{seq});
    my $ending = substr $to, -3;
    print "took $to $pdu->{registered_delivery} $pdu->{esm_class} $pdu->{data_coding} ",
        unpack('H*', $pdu->{short_message}), "\n";
    return if $ending eq '001';
    return $esme->submit_sm_resp(seq => $seq, message_id => '', status => 0x0B) if $ending eq '002';
    return $esme->submit_sm_resp(seq => $seq, message_id => '', status => 0x58) if $ending eq '003';
    my $id = $count++;
    # As many SMSCs do: hexadecimal in the answer, decimal with zeros in the report.
    my ($answered, $reported) = (sprintf('%X', $id), sprintf('%010d', $id));
    my $said = $ending eq '004' ? 'UNDELIV' : 'DELIVRD';
    my $report = sub {
        $esme->deliver_sm(
            source_addr => $to, destination_addr => 'TTPVHCC', esm_class => 0x04,
            short_message => "id:$reported sub:001 dlvrd:001 submit date:2011290000 "
                . "done date:2011290001 stat:$said err:000 text:",
            async => 1,
        ) if $pdu->{registered_delivery};
    };
    $report->() if $ending eq '005';
    $esme->submit_sm_resp(seq => $seq, message_id => $answered);
    $report->() if $ending ne '005';
}
